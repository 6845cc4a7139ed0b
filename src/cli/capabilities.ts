import { availableParallelism } from 'node:os'
import { loadBindings, ZERO_COPY_VARIABLE } from '../native/bindings.js'

/** What this machine and this build support, one line each. @param zeroCopy the value of the setting */
export function capabilities(zeroCopy = process.env[ZERO_COPY_VARIABLE] || 'auto'): string {
  const lines = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    'zero-copy': zeroCopyLine(zeroCopy),
    workers: `up to ${availableParallelism()} at once (--workers auto)`,
  }
  return Object.entries(lines)
    .map(([name, text]) => `${name}: ${text}\n`)
    .join('')
}

/** Whether and for which files and clients sendfile is used. */
function zeroCopyLine(mode: string): string {
  const bindings = loadBindings()
  if (bindings.kind === 'none') return `off: ${bindings.reason}`
  if (mode === 'off') return `off: ${ZERO_COPY_VARIABLE} is off`
  const when =
    mode === 'always'
      ? 'always: correct only if files are replaced by renaming'
      : 'under a read lease on the file, to clients behind a network device'
  return `on (${bindings.binary}), ${when}`
}
