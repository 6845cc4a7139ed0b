import { expect, it } from 'vitest'
import { InjectedAnswer } from '../../src/fault/injected-answer.js'

it('the answer of a fault is an error with a code, the response, and what happens to the rest', () => {
  const answer = new InjectedAnswer({ kind: 'status', status: 413, fields: {} }, 'closed')
  expect(answer).toMatchObject({
    code: 'FAULT_INJECTED',
    rest: 'closed',
    response: { status: 413 },
  })
})
