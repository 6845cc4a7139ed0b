import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retryOf, settleStream, settleStreams } from '../../src/settings/stream-settings.js'

const DEFAULTS = settleStreams()

describe('settleStreams', () => {
  it('returns the defaults', () => {
    expect(DEFAULTS).toEqual({
      heartbeat: 15_000,
      openAfter: 1_000,
      reauthorize: undefined,
      reauthorizeInterval: 60_000,
      retry: undefined,
      jitter: 0.5,
      errorEvent: 'error',
      followIdle: 60_000,
    })
    expect(Object.isFrozen(DEFAULTS)).toBe(true)
  })

  it('takes undefined for the default', () => {
    const streams = { heartbeat: undefined, followIdle: 5 } as never
    expect(settleStreams(streams)).toEqual({ ...DEFAULTS, followIdle: 5 })
  })

  it.each([
    [{ errorEvent: 'a\nb' }, 'streams.errorEvent: expected a name without CR, LF and NUL'],
    [{ retry: 1.5 }, 'streams.retry: expected a whole number of ms, 0 or more'],
    [{ jitter: 2 }, 'streams.jitter: expected a number from 0 to 1'],
    [{ signal: AbortSignal.abort() }, 'streams.signal: unknown option'],
  ])('refuses %o by the path of the option', (streams, message) => {
    expect(() => settleStreams(streams as never)).toThrow(message)
  })
})

describe('settleStream', () => {
  it('replaces the defaults of the registration by the options of the call', () => {
    const defaults = settleStreams({ heartbeat: 5, retry: 100 })
    const { signal } = new AbortController()
    const settings = settleStream({ heartbeat: 7, retry: undefined, signal }, defaults)
    expect(settings).toEqual({ ...defaults, heartbeat: 7, signal })
    expect(settings.signal).toBe(signal)
    expect(Object.isFrozen(settings)).toBe(true)
  })

  it('returns the defaults without a signal for a call without options', () => {
    expect(settleStream(undefined, DEFAULTS)).toEqual({ ...DEFAULTS, signal: undefined })
  })

  it.each([
    [{ heartbeat: -1 }, 'heartbeat: expected a number of ms, 0 or more; received -1'],
    [{ signal: 'abort' }, 'signal: expected an AbortSignal; received "abort"'],
    [{ followIdle: 1 }, 'followIdle: unknown option'],
    [null, 'options: expected an object; received null'],
  ])('refuses %o', (options, message) => {
    expect(() => settleStream(options, DEFAULTS)).toThrow(message)
  })
})

describe('retryOf', () => {
  it('is undefined where the client uses its own default', () => {
    expect(retryOf(DEFAULTS, 0.5)).toBeUndefined()
  })

  it.each([
    [1_000, 0.5, 0, 1_000],
    [1_000, 0.5, 0.5, 1_250],
    [1_000, 0, 0.99, 1_000],
    [0, 1, 0.5, 0],
    [3, 0.5, 0.5, 4],
  ])(
    'adds to %d ms with jitter %d and chance %d, which makes %d ms',
    (retry, jitter, chance, ms) => {
      expect(retryOf({ ...DEFAULTS, retry, jitter }, chance)).toBe(ms)
    },
  )

  it('is whole, no shorter than retry, and no longer than its jitter allows', () => {
    const retries = fc.integer({ min: 0, max: 2 ** 31 })
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(retries, share, share, (retry, jitter, chance) => {
        const ms = retryOf({ ...DEFAULTS, retry, jitter }, chance) ?? Number.NaN
        expect(Number.isSafeInteger(ms)).toBe(true)
        expect(ms).toBeGreaterThanOrEqual(retry)
        expect(ms).toBeLessThanOrEqual(Math.round(retry * (1 + jitter)))
      }),
    )
  })
})
