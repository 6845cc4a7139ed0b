import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { retryUntilDone, waitForRetry } from '../../src/resume/retry-loop.js'
import { FakeRetry } from '../fixture/fake-retry.js'

const { signal } = new AbortController()
const failure = (facts: object = {}) => new LastbyteError('SOURCE_FAILED', 'failed', { ...facts })

/** An attempt that fails with each of these errors, then succeeds. */
function attempts(...failures: unknown[]) {
  return async () => {
    if (failures.length > 0) throw failures.shift()
    return 'done'
  }
}

describe('retryUntilDone', () => {
  it('returns the result of the first attempt that succeeds, and reports each failure before its wait', async () => {
    const port = new FakeRetry()
    const errors = [failure(), failure(), failure()]
    expect(await retryUntilDone(port, attempts(...errors), signal)).toBe('done')
    expect(port.clock.waits).toEqual([100, 200, 400])
    expect(port.retries).toEqual(
      errors.map((error, index) => ({
        offset: 0,
        tries: index + 1,
        wait: 100 * 2 ** index,
        error,
      })),
    )
  })

  it('neither waits nor reports when the first attempt succeeds', async () => {
    const port = new FakeRetry()
    await retryUntilDone(port, attempts(), signal)
    expect([port.clock.waits, port.retries]).toEqual([[], []])
  })

  it('ends at once with an error that no retry can help', async () => {
    const port = new FakeRetry()
    const refused = new LastbyteError('REFUSED', 'no')
    await expect(retryUntilDone(port, attempts(refused), signal)).rejects.toBe(refused)
    expect(port.clock.waits).toEqual([])
  })

  it("ends with the port's error when the budget is used up", async () => {
    const port = new FakeRetry()
    const error = failure()
    const always = () => Promise.reject(error)
    await expect(retryUntilDone(port, always, signal)).rejects.toMatchObject({
      code: 'GAVE_UP',
      cause: error,
    })
    expect(port.clock.ms).toBeLessThanOrEqual(5000)
    expect(port.clock.ms).toBeGreaterThan(4000)
  })

  it.each([
    ['before the attempt fails', 0],
    ['while it waits for the next attempt', 1],
  ])("rejects with the signal's reason when that is aborted %s", async (_when, waits) => {
    const port = new FakeRetry()
    const controller = new AbortController()
    const reason = new Error('aborted')
    const attempt = async () => {
      if (port.clock.waits.length === waits) controller.abort(reason)
      throw failure()
    }
    await expect(retryUntilDone(port, attempt, controller.signal)).rejects.toBe(reason)
    expect(port.clock.waits).toHaveLength(waits)
  })
})

describe('waitForRetry', () => {
  it.each([
    ['the time of the error, if it is longer', { after: 3000 }, 3000],
    ['no shorter than the backoff', { after: 10 }, 100],
    ['the backoff, if the error has no time', {}, 100],
  ])('waits %s', async (_what, facts, wait) => {
    const port = new FakeRetry()
    await waitForRetry(port, { thrown: failure(facts), offset: 7 }, signal)
    expect(port.clock.waits).toEqual([wait])
    expect(port.retries).toMatchObject([{ offset: 7, wait }])
  })

  it('asks the port for the time instead, if the port knows better', async () => {
    const port = Object.assign(new FakeRetry(), { requestedWait: () => 777 })
    await waitForRetry(port, { thrown: failure({ after: 3000 }), offset: 0 }, signal)
    expect(port.clock.waits).toEqual([777])
  })

  it('ends where the server asks for more time than is left', async () => {
    const port = new FakeRetry()
    const thrown = failure({ after: 5001 })
    await expect(waitForRetry(port, { thrown, offset: 3 }, signal)).rejects.toMatchObject({
      code: 'GAVE_UP',
      facts: { offset: 3 },
    })
  })
})
