import { describe, expect, it } from 'vitest'
import { countdownText, nextRetry } from '../../src/pages/retry-countdown.js'

function response(status: number, retryAfter?: string) {
  return {
    status,
    headers: new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
  }
}

describe('nextRetry', () => {
  it.each([200, 204, 304, 401, 404, 500])('loads the page after a status %s', (status) => {
    expect(nextRetry(response(status))).toEqual({ kind: 'load' })
  })

  it('waits where the server is gone', () => {
    expect(nextRetry(undefined)).toEqual({ kind: 'wait', wait: 5_000 })
  })

  it.each<[string | undefined, number]>([
    [undefined, 5_000],
    ['30', 30_000],
    ['0', 1_000],
    ['999999', 3_600_000],
    ['soon', 5_000],
    ['Fri, 07 Nov 2036 08:49:37 GMT', 5_000],
  ])('waits after a 503 with Retry-After %s for %s ms', (retryAfter, wait) => {
    for (const status of [429, 502, 503, 504]) {
      expect(nextRetry(response(status, retryAfter))).toEqual({ kind: 'wait', wait })
    }
  })
})

describe('countdownText', () => {
  it.each([
    [0, 'Trying again …'],
    [-5, 'Trying again …'],
    [1, 'Trying again in 1 s'],
    [5_000, 'Trying again in 5 s'],
    [60_000, 'Trying again in 1 min'],
    [125_000, 'Trying again in 2 min 5 s'],
  ])('of %s ms is %s', (ms, text) => {
    expect(countdownText(ms)).toBe(text)
  })
})
