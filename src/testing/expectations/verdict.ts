import { AssertionError } from 'node:assert'
import type { RequestEntry } from '../../fault/request-entry.js'
import type { RequestJournal } from '../../fault/request-journal.js'
import { requestTable } from '../../fault/request-table.js'
import { invalidSetting } from '../../validation/option-error.js'

/**
 * What is judged: a journal, a server or a scope that has one, or its entries.
 *
 * @example
 * ```ts
 * import { assertRequestedTimes, faultServer, type Judged } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ seed: 7 })
 * await fetch(`${server.url}/bytes/10`)
 * const all: Judged[] = [server, server.journal, server.journal.entries()]
 * for (const judged of all) assertRequestedTimes(judged, 1)
 * ```
 */
export type Judged =
  | Pick<RequestJournal, 'entries' | 'settled'>
  | { readonly journal: Pick<RequestJournal, 'entries' | 'settled'> }
  | readonly RequestEntry[]

/** Whether entries are as expected, with the words for either message. */
export interface Verdict {
  readonly pass: boolean
  /** What was expected, in words that follow "expected". */
  readonly expected: string
  /** What was found instead, in words that follow "received". */
  readonly received: string
  readonly entries: readonly RequestEntry[]
}

export function entriesOf(judged: Judged): readonly RequestEntry[] {
  return isEntries(judged) ? judged : journalOf(judged).entries()
}

/** The entries once no response runs. @throws AssertionError if one runs for more than 5 s */
export async function settledEntriesOf(judged: Judged): Promise<readonly RequestEntry[]> {
  if (isEntries(judged)) return judged
  const journal = journalOf(judged)
  await journal.settled()
  return journal.entries()
}

function isEntries(judged: unknown): judged is readonly RequestEntry[] {
  return Array.isArray(judged) && judged.every((each) => Array.isArray(Object(each).faults))
}

function journalOf(judged: unknown): Pick<RequestJournal, 'entries' | 'settled'> {
  const { journal = judged } = Object(judged) as { journal?: unknown }
  const { entries, settled } = Object(journal) as Partial<RequestJournal>
  if (typeof entries === 'function' && typeof settled === 'function') {
    return journal as RequestJournal
  }
  const expected = 'expected a journal, a server for tests, a scope, or an array of entries'
  throw invalidSetting('journal', expected, judged)
}

/** The message for a verdict, with the journal as a table. */
export function messageOf({ expected, received, entries }: Verdict, not: '' | 'not ' = ''): string {
  return `${not}expected: ${expected}\nreceived: ${received}\n\n${requestTable(entries)}`
}

/** @throws AssertionError unless the verdict is a pass */
export function assertVerdict(verdict: Verdict): void {
  if (verdict.pass) return
  const { expected, received } = verdict
  throw new AssertionError({ message: messageOf(verdict), expected, actual: received })
}
