import { describe, expect, it } from 'vitest'
import { readSendOptions } from '../../src/settings/send-options.js'

describe('readSendOptions', () => {
  it.each([undefined, {}, { root: undefined, signal: undefined, maxAge: undefined }])(
    'returns no options for %o',
    (options) => {
      expect(readSendOptions(options)).toEqual({})
    },
  )

  it('returns a frozen copy with the same signal', () => {
    const { signal } = new AbortController()
    const options = { root: 'media', maxAge: '1d', signal }
    const settled = readSendOptions(options)
    expect(settled).toEqual(options)
    expect(settled.signal).toBe(signal)
    expect(Object.isFrozen(settled)).toBe(true)
  })

  it.each([
    [{ root: '' }, 'root: expected a non-empty string; received ""'],
    [{ signal: {} }, 'signal: expected an AbortSignal; received {}'],
    [
      { maxage: 1 },
      'maxage: unknown option; did you mean maxAge? known options: cacheControl, maxAge, immutable, root, signal',
    ],
    [null, 'options: expected an object; received null'],
  ])('refuses %o', (options, message) => {
    expect(() => readSendOptions(options)).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING', message }),
    )
  })
})
