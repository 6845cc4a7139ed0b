import { expect, it } from 'vitest'
import { InjectedAnswer } from '../../src/fault/injected-answer.js'
import { answerUpload } from '../../src/response/answer-upload.js'

it.each([
  [true, 'closed', undefined],
  [false, 'discarded', undefined],
] as const)(
  'a body that is complete: %s, and whose rest is %s, has the field Connection: %s',
  (complete, rest, connection) => {
    let resumed = 0
    const raw = {
      complete,
      resume() {
        resumed += 1
      },
    }
    const reply = { request: { raw }, getHeaders: () => ({}) } as never
    const answer = new InjectedAnswer({ kind: 'status', status: 204, fields: {} }, rest)
    const prepared = answerUpload(reply, answer)
    expect(prepared).toMatchObject({ kind: 'status', status: 204 })
    expect((prepared as { fields: object }).fields).toEqual(connection ? { connection } : {})
    expect(resumed).toBe(1)
  },
)

it('an end without a response has the ending', () => {
  const answer = new InjectedAnswer({ kind: 'end', ending: { kind: 'reset' } }, 'closed')
  expect(answerUpload({} as never, answer)).toEqual({
    kind: 'no-response',
    ending: { kind: 'reset' },
  })
})
