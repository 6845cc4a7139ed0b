import { expect, it } from 'vitest'
import { judgeEnded } from '../../../src/testing/expectations/ended.js'
import { requestEntry } from '../../fixture/request-entry.js'

const entries = [
  requestEntry({ number: 1, ended: 'fin', path: '/cut' }),
  requestEntry({ number: 2, ended: 'complete' }),
]

it.each([
  ['complete', undefined, true, '"complete" of #2'],
  ['fin', undefined, false, '"complete" of #2'],
  ['fin', { path: '/cut' }, true, '"fin" of #1'],
  ['fin', { path: '/x' }, false, 'no such request'],
] as const)('judgeEnded with %s and the filter %j', (ended, filter, pass, received) => {
  expect(judgeEnded(entries, ended, filter)).toMatchObject({ pass, received })
})

it('refuses an unknown end', () => {
  expect(() => judgeEnded([], 'finished' as never)).toThrow(/^ended: expected "complete", /)
})
