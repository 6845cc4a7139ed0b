import { describe, expect, it } from 'vitest'
import { clientRetry, isPermanent } from '../../src/client/client-retry.js'
import { LastbyteError } from '../../src/errors.js'
import { FakeServer } from '../fixture/fake-server.js'

describe('clientRetry', () => {
  it('takes the budget from the policy, and reports retries as events', () => {
    const server = new FakeServer()
    const { budget, onRetry, wait } = clientRetry(server.policy())
    expect(budget.next()).toBe(100)
    const retry = {
      offset: 7,
      tries: 1,
      wait: 100,
      error: new LastbyteError('ANSWER_BROKEN', 'cut'),
    }
    onRetry(retry)
    expect(server.events).toEqual([{ type: 'retry', ...retry }])
    expect(wait).toBe(server.clock.wait)
  })
})

describe('isPermanent', () => {
  it.each([
    [{ reason: 'tls' }, true],
    [{ reason: 'name', code: 'ENOTFOUND' }, true],
    [{ reason: 'name', code: 'EAI_AGAIN' }, false],
    [{ reason: 'refused', code: 'ECONNREFUSED' }, false],
    [{}, false],
  ])('of %j is %s', (facts, expected) => {
    expect(isPermanent(new LastbyteError('UNREACHABLE', 'down', facts))).toBe(expected)
  })
})
