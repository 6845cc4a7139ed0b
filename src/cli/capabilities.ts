import { availableParallelism } from 'node:os'
import { loadBindings } from '../native/bindings.js'

/** What this machine and this build can do, a line each. */
export function capabilities(): string {
  const zeroCopy = loadBindings()
  const lines = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    'zero-copy': zeroCopy.kind === 'native' ? `on (${zeroCopy.binary})` : `off: ${zeroCopy.reason}`,
    workers: `up to ${availableParallelism()} at once (--workers auto)`,
  }
  return Object.entries(lines)
    .map(([name, what]) => `${name}: ${what}\n`)
    .join('')
}
