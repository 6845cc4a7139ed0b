import { availableParallelism } from 'node:os'
import { loadBindings } from '../native/bindings.js'

/** What this machine and this build support, one line each. */
export function capabilities(): string {
  const bindings = loadBindings()
  const lines = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    'zero-copy': bindings.kind === 'native' ? `on (${bindings.binary})` : `off: ${bindings.reason}`,
    workers: `up to ${availableParallelism()} at once (--workers auto)`,
  }
  return Object.entries(lines)
    .map(([name, text]) => `${name}: ${text}\n`)
    .join('')
}
