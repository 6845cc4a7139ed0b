import { printableText } from '../printable-text.js'
import type { Capability } from './bindings.js'

/** Messages that were emitted: at most one for each kind of loss, of which there are fewer than ten. */
const REPORTED = new Set<string>()

/** A part of the package that can't be used, as with a missing file. */
export interface Loss {
  /** The part, such as the path of a file in the package. */
  readonly part: string
  /** Why it can't be used. */
  readonly reason: string
  /** What this process does without it. */
  readonly effect: string
}

/** Emits one warning of the process for each part that can't be used. */
export function reportLoss({ part, reason, effect }: Loss): void {
  if (REPORTED.has(part)) return
  REPORTED.add(part)
  process.emitWarning(printableText(`${part} can't be used: ${effect} (${reason})`), {
    type: 'LastbyteWarning',
    code: 'LASTBYTE_FALLBACK',
  })
}

/** Reports bindings that this package should have and that can't be loaded. */
export function reportMissingBindings(capability: Capability): void {
  if (capability.kind === 'native' || capability.file === undefined) return
  const effect = 'files are sent by copy, with more CPU time, and without the in-memory probe'
  reportLoss({ part: capability.file, reason: capability.reason, effect })
}
