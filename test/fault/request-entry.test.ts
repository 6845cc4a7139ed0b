import { expect, it } from 'vitest'
import type { OpenEntry } from '../../src/fault/journal.js'
import { shownRequest } from '../../src/fault/request-entry.js'
import { requestEntry } from '../fixture/request-entry.js'

it('shownRequest is a copy, with the faults as they are at that time', () => {
  const fault = {
    rule: 'r',
    fault: { kind: 'chunked' },
    outcome: 'pending',
    range: null,
  } as OpenEntry
  const open = { ...requestEntry({ ended: null }), faults: [fault] }
  const shown = shownRequest(open)
  fault.outcome = 'injected'
  open.ended = 'complete'
  expect(shown).toMatchObject({
    ended: null,
    faults: [{ rule: 'r', kind: 'chunked', outcome: 'pending' }],
  })
  expect(shownRequest(open).faults).toEqual([{ rule: 'r', kind: 'chunked', outcome: 'injected' }])
})
