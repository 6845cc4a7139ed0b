import { describe, expect, it } from 'vitest'
import { readSendOptions } from '../../src/settings/send-options.js'
import { REGISTRATION_ONLY } from '../fixture/registration-only.js'

/** For options of which each has an effect. */
function refuseToIgnore(name: string): never {
  throw new Error(`${name} was ignored`)
}

describe('readSendOptions', () => {
  it.each([undefined, {}, { root: undefined, signal: undefined, maxAge: undefined }])(
    'returns no options for %o',
    (options) => {
      expect(readSendOptions(options, refuseToIgnore)).toEqual({})
    },
  )

  it('returns a frozen copy with the same signal', () => {
    const { signal } = new AbortController()
    const options = { root: 'media', maxAge: '1d', signal }
    const settled = readSendOptions(options, refuseToIgnore)
    expect(settled).toEqual(options)
    expect(settled.signal).toBe(signal)
    expect(Object.isFrozen(settled)).toBe(true)
  })

  it.each([
    [{ root: '' }, 'root: expected a non-empty string; received ""'],
    [{ signal: {} }, 'signal: expected an AbortSignal; received {}'],
    [
      { maxage: 1 },
      'maxage: unknown option; did you mean maxAge? known options: cacheControl, maxAge, immutable, acceptRanges, contentType, etag, lastModified, dotfiles, serveDotFiles, index, extensions, preCompressed, onFile, root, signal',
    ],
    [{ Redirect: true }, expect.stringMatching(/^Redirect: unknown option; known options: /)],
    [
      { start: 5 },
      'start: not supported: a client requests a part of a file by a Range field; received 5',
    ],
    [
      { end: 5 },
      'end: not supported: a client requests a part of a file by a Range field; received 5',
    ],
    [null, 'options: expected an object; received null'],
  ])('refuses %o', (options, message) => {
    expect(() => readSendOptions(options, refuseToIgnore)).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING', message }),
    )
  })

  it.each(REGISTRATION_ONLY)(
    'reports %s, which only a registration has, and reads the other options',
    (name) => {
      const ignored: string[] = []
      const options = { [name]: true, maxAge: 5 }
      expect(readSendOptions(options, (each) => void ignored.push(each))).toEqual({ maxAge: 5 })
      expect(ignored).toEqual([name])
    },
  )
})
