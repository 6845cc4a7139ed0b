import type { JournalEntry } from '../../../src/testing/index.js'

/**
 * What of a journal must be the same whenever the same client meets the same seed. What of the last
 * bytes before an RST arrives is a matter of time, and so is the range that is asked for next: after
 * the first reset nothing is compared.
 */
export function fixedPart(journal: readonly JournalEntry[]): unknown[] {
  const reset = journal.findIndex(({ fault, outcome }) => {
    return fault.kind === 'connection-reset' && outcome === 'injected'
  })
  const before = reset === -1 ? journal : journal.slice(0, reset + 1)
  return before.map(({ confirmed: _confirmed, ...entry }) => {
    return entry.ended === 'reset' ? { ...entry, written: undefined } : entry
  })
}
