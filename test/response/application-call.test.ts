import { expect, it } from 'vitest'
import { callApplication, ThrownByApplication } from '../../src/response/application-call.js'

it.each([new Error('boom'), { statusCode: 401 }, 'text', null, undefined])(
  'callApplication keeps %j apart, whether it is thrown or rejected',
  async (thrown) => {
    const throwing = () =>
      callApplication('file', () => {
        throw thrown
      })
    expect(throwing).toThrow(ThrownByApplication as never)
    const rejected = callApplication('file', () => Promise.reject(thrown)).catch((error) => error)
    expect(await rejected).toEqual(new ThrownByApplication(thrown, 'file'))
  },
)

it('callApplication returns the result, or a promise of it', async () => {
  expect(callApplication('file', () => 1)).toBe(1)
  expect(await callApplication('page', async () => 2)).toBe(2)
})
