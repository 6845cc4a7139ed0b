import type { JournalEntry } from '../../../src/testing/index.js'

/**
 * The part of a journal that must be equal in every run of the same client and seed. How many of the
 * last bytes before an RST arrive depends on timing, and so does the range of the next request: nothing
 * after the first reset is compared.
 */
export function deterministicPart(journal: readonly JournalEntry[]): unknown[] {
  const reset = journal.findIndex(({ fault, outcome }) => {
    return fault.kind === 'connection-reset' && outcome === 'injected'
  })
  const before = reset === -1 ? journal : journal.slice(0, reset + 1)
  return before.map(({ confirmed: _confirmed, ...entry }) => {
    return entry.ended === 'reset' ? { ...entry, written: undefined } : entry
  })
}
