import { describe, expect, it, vi } from 'vitest'
import { type ErrorCode, LastbyteError } from '../../src/errors.js'
import type { Heal } from '../../src/resume/retry-loop.js'
import type { Opened } from '../../src/source/byte-source.js'
import { type OpenRetry, openWithRetries } from '../../src/source/source-retry.js'
import { FakePolicy } from '../fixture/fake-policy.js'

const { signal } = new AbortController()
const ABSENT: Opened = { kind: 'absent' }

function setUp(more: Partial<OpenRetry> = {}) {
  const retryPolicy = new FakePolicy()
  const heals: Heal[] = []
  const request = { onHeal: (heal: Heal) => void heals.push(heal) }
  return { retryPolicy, heals, retry: { retryPolicy, request, ...more } }
}

/** Opens with each of these errors, then succeeds. */
function failing(...errors: unknown[]) {
  return vi.fn(async () => {
    if (errors.length > 0) throw errors.shift()
    return ABSENT
  })
}

describe('openWithRetries', () => {
  it('retries failures, and reports each to the request', async () => {
    const { retry, heals, retryPolicy } = setUp()
    const error = new LastbyteError('SOURCE_BUSY', 'busy')
    expect(await openWithRetries(retry, failing(error, new Error('EIO')), signal)).toBe(ABSENT)
    expect(heals).toMatchObject([
      { offset: 0, tries: 1, wait: 100, error },
      { offset: 0, tries: 2, wait: 200, error: { code: 'SOURCE_FAILED' } },
    ])
    expect(retryPolicy.clock.waits).toEqual([100, 200])
  })

  it('throws the error of the last attempt when openFor is over', async () => {
    const { retry, retryPolicy } = setUp()
    const open = () => Promise.reject(new LastbyteError('SOURCE_FAILED', 'down'))
    await expect(openWithRetries(retry, open, signal)).rejects.toThrow('down')
    expect(retryPolicy.clock.waits).toEqual([100, 200])
  })

  it("makes one attempt for a request with attempts: 'one'", async () => {
    const { retryPolicy, retry } = setUp()
    const open = failing(new LastbyteError('SOURCE_FAILED', 'down'))
    const one = { ...retry, request: { attempts: 'one' } as const }
    await expect(openWithRetries(one, open, signal)).rejects.toThrow('down')
    expect([open.mock.calls.length, retryPolicy.clock.waits]).toEqual([1, []])
  })

  it.each<ErrorCode>(['REFUSED', 'BAD_SETTING'])('does not retry after %s', async (code) => {
    const open = failing(new LastbyteError(code, 'final'))
    await expect(openWithRetries(setUp().retry, open, signal)).rejects.toMatchObject({ code })
    expect(open).toHaveBeenCalledOnce()
  })

  it('opens the current version after REPRESENTATION_CHANGED: its cached entity tag was old', async () => {
    const open = failing(new LastbyteError('REPRESENTATION_CHANGED', 'changed'))
    expect(await openWithRetries(setUp().retry, open, signal)).toBe(ABSENT)
  })

  it("retries after every failure with final: 'none'", async () => {
    const open = failing(new LastbyteError('REFUSED', 'not here'))
    expect(await openWithRetries(setUp({ final: 'none' }).retry, open, signal)).toBe(ABSENT)
  })

  it("converts failures by the caller's function, and tells the caller before the wait", async () => {
    const asError = () => new LastbyteError('SOURCE_BUSY', 'converted')
    const retried: LastbyteError[] = []
    const onRetry = (error: LastbyteError) => void retried.push(error)
    const { retry, heals } = setUp({ asError, onRetry })
    await openWithRetries(retry, failing(new Error('EMFILE')), signal)
    expect(retried).toMatchObject([{ message: 'converted' }])
    expect(heals).toMatchObject([{ error: { message: 'converted' } }])
  })

  it("rejects with the signal's reason", async () => {
    const controller = new AbortController()
    const open = async () => {
      controller.abort(new Error('aborted'))
      throw new Error('EIO')
    }
    const opening = openWithRetries(setUp().retry, open, controller.signal)
    await expect(opening).rejects.toThrow('aborted')
  })
})
