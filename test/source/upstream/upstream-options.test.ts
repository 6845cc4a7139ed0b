import { describe, expect, it } from 'vitest'
import { settleUpstream } from '../../../src/source/upstream/upstream-options.js'

const origin = 'https://origin.example/files'
const URL_EXPECTED = 'expected a URL such as https://origin.example/files'

describe('settleUpstream', () => {
  it('returns the defaults for an origin', () => {
    const { retryPolicy, ...settings } = settleUpstream({ origin })
    expect(settings).toEqual({
      role: 'source',
      origin: new URL(origin),
      redirects: new Set(),
      fields: {},
      forward: [],
      forwarded: false,
      name: 'lastbyte',
      forbidPrivate: false,
      insecure: false,
      verify: 'told',
      listing: 'none',
    })
    expect(retryPolicy).toMatchObject({ stall: 10_000, retryFor: 60_000, openFor: 10_000 })
  })

  it('settles names of fields in lower case, and redirects as origins', () => {
    const settings = settleUpstream({
      origin: new URL(origin),
      fields: { 'X-Token': 'A' },
      forward: ['Cookie'],
      redirects: ['https://cdn.example/path'],
    })
    expect(settings).toMatchObject({
      origin: new URL(origin),
      fields: { 'x-token': 'A' },
      forward: ['cookie'],
      redirects: new Set(['https://cdn.example']),
    })
  })

  it('does not see later changes of the options', () => {
    const options = { origin, fields: { a: '1' }, forward: ['a'] }
    const settings = settleUpstream(options)
    options.fields.a = '2'
    options.forward.push('b')
    expect(settings).toMatchObject({ fields: { a: '1' }, forward: ['a'] })
  })

  it.each([
    ['nonsense', 'received "nonsense"'],
    ['ftp://origin.example', 'received "ftp://origin.example/"'],
    ['https://origin.example/?signature=1', 'received "https://origin.example/?…"'],
    ['https://me:secret@origin.example/', 'received "https://***@origin.example/"'],
    [1, 'received 1'],
    [undefined, 'received undefined'],
  ])('refuses the origin %o without its secrets', (origin, received) => {
    const message = `origin: ${URL_EXPECTED}; ${received}`
    const thrown = expect.objectContaining({ code: 'BAD_SETTING', message })
    expect(() => settleUpstream({ origin })).toThrow(thrown)
  })

  it.each([
    [{ redirects: ['ftp://x'] }, `redirects: ${URL_EXPECTED}; received "ftp://x/"`],
    [
      { redirects: 'https://x' },
      'redirects: expected an array of URLs such as https://origin.example; received "https://x"',
    ],
    [
      { forward: 'some' },
      'forward: expected "all" or an array of header field names; received "some"',
    ],
    [{ name: 'two words' }, 'name: expected a token such as "lastbyte"; received "two words"'],
    [{ verify: true }, 'verify: expected "told", "asked" or "off"; received true'],
    [
      { fields: 'secret' },
      'fields: expected a plain object of names and values; received a string',
    ],
    [{ retryfor: 1 }, /^retryfor: unknown option; did you mean retryFor\? known options: stall, /],
  ])('refuses %o', (options, message) => {
    expect(() => settleUpstream({ origin, ...options })).toThrow(message)
  })
})
