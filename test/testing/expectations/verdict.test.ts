import { expect, it } from 'vitest'
import { RequestJournal } from '../../../src/fault/request-journal.js'
import {
  assertVerdict,
  entriesOf,
  messageOf,
  settledEntriesOf,
} from '../../../src/testing/expectations/verdict.js'
import { requestEntry } from '../../fixture/request-entry.js'

const entries = [requestEntry({})]
const verdict = { pass: false, expected: 'this', received: 'that', entries }

it('takes entries, a journal, and what has one', async () => {
  const journal = new RequestJournal(1)
  for (const judged of [journal, { journal }, []]) {
    expect(entriesOf(judged)).toEqual([])
    expect(await settledEntriesOf(judged)).toEqual([])
  }
})

it.each([undefined, null, 5, 'text', {}, new Map(), { journal: 5 }, [1], [null]])(
  'refuses %j',
  (judged) => {
    expect(() => entriesOf(judged as never)).toThrow(/^journal: expected a journal, a server/)
  },
)

it('throws an AssertionError with the table, unless the verdict is a pass', () => {
  assertVerdict({ ...verdict, pass: true })
  expect(() => assertVerdict(verdict)).toThrow(
    expect.objectContaining({
      code: 'ERR_ASSERTION',
      expected: 'this',
      actual: 'that',
      message: expect.stringMatching(
        /^expected: this\nreceived: that\n\n {2}# .*\n {2}1 .*GET \/a/,
      ),
    }),
  )
})

it('says "not expected" for a negation', () => {
  expect(messageOf(verdict, 'not ')).toMatch(/^not expected: this\nreceived: that/)
})
