import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GetFlags, parseGetFlags } from '../../src/cli/get-flags.js'
import { LastbyteError } from '../../src/errors.js'

describe('parseGetFlags', () => {
  it('has defaults', () => {
    expect(parseGetFlags({})).toEqual({
      connections: 1,
      headers: {},
      retryFor: 600_000,
      stall: 15_000,
      limitRate: Number.POSITIVE_INFINITY,
      allowWeak: false,
    })
  })

  it.each<[GetFlags, object]>([
    [{ connections: '16' }, { connections: 16 }],
    [{ retryFor: '0ms' }, { retryFor: 0 }],
    [{ retryFor: '1.5m' }, { retryFor: 90_000 }],
    [{ retryFor: '24d' }, { retryFor: 24 * 86_400_000 }],
    [{ retryFor: '25d' }, { retryFor: 25 * 86_400_000 }],
    [{ stall: '25d' }, { stall: 25 * 86_400_000 }],
    [{ stall: '1000d' }, { stall: 1000 * 86_400_000 }],
    [{ stall: '1ms' }, { stall: 1 }],
    [{ limitRate: '7' }, { limitRate: 7 }],
    [{ limitRate: '500K' }, { limitRate: 500 * 1024 }],
    [{ limitRate: '2G' }, { limitRate: 2 * 1024 ** 3 }],
    [{ allowWeak: true }, { allowWeak: true }],
    [{ allowInsecureRedirects: true }, { allowInsecureRedirects: true }],
    [
      { header: ['a:b', 'C:  d: e ', 'x: é', 'empty:'] },
      { headers: { C: 'd: e ', x: 'é', a: 'b', empty: '' } },
    ],
    [{ header: ['__proto__: x'] }, { headers: Object.fromEntries([['__proto__', 'x']]) }],
  ])('reads %j', (flags, options) => {
    expect(parseGetFlags(flags)).toMatchObject(options)
  })

  it.each([
    ['Range: bytes=0-1', 'no field that the client sets to resume; received Range'],
    ['If-Range: "a"', 'no field that the client sets to resume; received If-Range'],
    ['content-length: 1', 'no field that frames a body, since a GET has none; received content-'],
    ['Expect: 100-continue', 'no field that frames a body, since a GET has none; received Expect'],
    ['Connection: close', 'no field that controls the connection; received Connection'],
    ['Upgrade: h2c', 'no field that controls the connection; received Upgrade'],
    ['Host: a b', 'a host with an optional port as the value of Host'],
    ['host: a:99999', 'a host with an optional port as the value of Host'],
    ['X: 日本', 'printable characters up to U+00FF as the value of X'],
    ['X: a\u0000b', 'printable characters up to U+00FF as the value of X'],
    ['X', "'Name: value'"],
    [': x', "'Name: value'"],
    ['X Y: x', "'Name: value'"],
    ['日本: x', "'Name: value'"],
    ['X: a\r\nY: b', "'Name: value'"],
  ])('refuses the header field %j', (text, problem) => {
    expect(() => parseGetFlags({ header: [text] })).toThrow(`--header: expected ${problem}`)
  })

  it('reads a digest', () => {
    const { checksum } = parseGetFlags({ checksum: `sha-256:${'0f'.repeat(32)}` })
    expect(checksum).toMatchObject({ algorithm: 'sha-256' })
  })

  it('throws nothing but BAD_SETTING, in one line, whatever the flags are', () => {
    const text = fc.option(fc.string({ unit: 'binary' }), { nil: undefined })
    const flags = fc.record({
      connections: text,
      retryFor: text,
      stall: text,
      limitRate: text,
      checksum: text,
      header: fc.array(fc.string({ unit: 'binary' })),
    })
    fc.assert(
      fc.property(flags, (drawn) => {
        try {
          parseGetFlags(drawn as GetFlags)
        } catch (error) {
          expect(error).toBeInstanceOf(LastbyteError)
          expect(error).toMatchObject({ code: 'BAD_SETTING' })
          expect((error as Error).message).not.toMatch(/[\r\n]/)
        }
      }),
    )
  })
})
