import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatSidecar,
  parseSidecar,
  type Sidecar,
} from '../../../src/client/download/sidecar-format.js'

const URL = 'https://host/f?signature=1'
const SIDECAR: Sidecar = {
  url: URL,
  version: {
    validator: { kind: 'strong', etag: '"v1"' },
    size: 100,
    ranges: 'bytes',
    digest: { algorithm: 'sha-256', hex: 'ab'.repeat(32) },
  },
  slices: [
    { start: 0, end: 10 },
    { start: 20, end: 100 },
  ],
}
/** The format on the disk. It must not change, because later versions resume these downloads. */
const TEXT = `{"format":1,"url":"${URL}","validator":{"kind":"strong","etag":"\\"v1\\""},"size":100,"ranges":"bytes","digest":{"algorithm":"sha-256","hex":"${'ab'.repeat(32)}"},"held":[{"start":0,"end":10},{"start":20,"end":100}]}`

/** The text with other members. */
const withMembers = (members: object) => JSON.stringify({ ...JSON.parse(TEXT), ...members })

describe('the format of a sidecar', () => {
  it('is the same as in earlier releases', () => {
    expect(formatSidecar(SIDECAR)).toBe(TEXT)
    expect(parseSidecar(TEXT, URL)).toEqual(SIDECAR)
  })

  it.each<[string, object]>([
    ['a date', { kind: 'date', lastModified: 'Sun, 06 Nov 1994 08:49:37 GMT' }],
    ['a weak entity tag', { kind: 'weak', field: 'W/"v1"' }],
    ['a young date', { kind: 'weak', field: 'Sun, 06 Nov 1994 08:49:37 GMT' }],
  ])('accepts %s as validator', (_what, validator) => {
    expect(parseSidecar(withMembers({ validator }), URL)?.version.validator).toEqual(validator)
  })

  it('accepts a version without digest and ranges, and no stored slice', () => {
    const bare = { ranges: undefined, digest: undefined, held: [] }
    expect(parseSidecar(withMembers(bare), URL)).toEqual({
      url: URL,
      version: { validator: SIDECAR.version.validator, size: 100 },
      slices: [],
    })
  })

  it('accepts the coding of the bytes', () => {
    const coded = { ...SIDECAR, version: { ...SIDECAR.version, coding: 'x-gzip' } }
    expect(parseSidecar(formatSidecar(coded), URL)).toEqual(coded)
    expect(parseSidecar(withMembers({ coding: 1 }), URL)).toBeUndefined()
  })

  it('keeps the weak entity tag of a version that is resumed by its date', () => {
    const validator = { kind: 'date', lastModified: 'Sun, 06 Nov 1994 08:49:37 GMT' } as const
    const weak = { ...SIDECAR, version: { ...SIDECAR.version, validator, weakTag: 'W/"v1"' } }
    expect(parseSidecar(formatSidecar(weak), URL)).toEqual(weak)
    expect(parseSidecar(withMembers({ weakTag: '"v1"' }), URL)).toBeUndefined()
    expect(parseSidecar(withMembers({ weakTag: 1 }), URL)).toBeUndefined()
  })

  it('refuses members in 200,000 levels, whichever it is', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    for (const member of ['validator', 'size', 'held', 'later']) {
      const text = withMembers({ [member]: '-' }).replace(`"${member}":"-"`, `"${member}":${deep}`)
      expect(parseSidecar(text, URL)).toBeUndefined()
    }
    const digest = (name: string) =>
      TEXT.replace(/"digest":\{[^}]*\}/, `"digest":{"${name}":${deep}}`)
    expect(parseSidecar(digest('algorithm'), URL)).toBeUndefined()
    expect(parseSidecar(digest('hex'), URL)).toBeUndefined()
  })

  it('ignores unknown members', () => {
    expect(parseSidecar(withMembers({ later: true }), URL)).toEqual(SIDECAR)
  })

  it.each<[string, string]>([
    ['empty text', ''],
    ['text that is not JSON', 'x'],
    ['null', 'null'],
    ['a number', '1'],
    ['an array', '[]'],
    ['an object without members', '{}'],
    ['another format', withMembers({ format: 2 })],
    ['no format', withMembers({ format: undefined })],
    ['another URL', withMembers({ url: 'https://host/g' })],
    ['no validator', withMembers({ validator: undefined })],
    ['a validator that is null', withMembers({ validator: null })],
    [
      'the validator of a version that can not be resumed',
      withMembers({ validator: { kind: 'none' } }),
    ],
    ['a strong validator without entity tag', withMembers({ validator: { kind: 'strong' } })],
    [
      'a strong validator with a weak entity tag',
      withMembers({ validator: { kind: 'strong', etag: 'W/"a"' } }),
    ],
    [
      'an entity tag with a line feed',
      withMembers({ validator: { kind: 'strong', etag: '"a"\n' + 'b: c' } }),
    ],
    ['a date that is none', withMembers({ validator: { kind: 'date', lastModified: 'today' } })],
    ['a weak validator that is a number', withMembers({ validator: { kind: 'weak', field: 5 } })],
    [
      'a weak validator that is neither date nor entity tag',
      withMembers({ validator: { kind: 'weak', field: 'x' } }),
    ],
    ['no size', withMembers({ size: undefined })],
    ['a negative size', withMembers({ size: -1, held: [] })],
    ['a size as text', withMembers({ size: '100' })],
    ['a size that is not exact', withMembers({ size: 2 ** 53 })],
    ['ranges that are a number', withMembers({ ranges: 5 })],
    ['a digest that is null', withMembers({ digest: null })],
    ['an unknown algorithm', withMembers({ digest: { algorithm: 'md5', hex: 'ab'.repeat(16) } })],
    ['a digest that is too short', withMembers({ digest: { algorithm: 'sha-256', hex: 'ab' } })],
    ['no slices', withMembers({ held: undefined })],
    ['slices that are an object', withMembers({ held: {} })],
    ['a slice that is null', withMembers({ held: [null] })],
    ['a slice with a negative start', withMembers({ held: [{ start: -1, end: 5 }] })],
    ['a slice with a fraction', withMembers({ held: [{ start: 0, end: 5.5 }] })],
    ['an empty slice', withMembers({ held: [{ start: 5, end: 5 }] })],
    ['a slice after the end', withMembers({ held: [{ start: 0, end: 101 }] })],
    [
      'slices that touch',
      withMembers({
        held: [
          { start: 0, end: 5 },
          { start: 5, end: 9 },
        ],
      }),
    ],
    [
      'slices that are not sorted',
      withMembers({
        held: [
          { start: 5, end: 9 },
          { start: 0, end: 4 },
        ],
      }),
    ],
  ])('rejects %s', (_what, text) => {
    expect(parseSidecar(text, URL)).toBeUndefined()
  })

  it('rejects each text that is cut', () => {
    fc.assert(
      fc.property(fc.nat(TEXT.length - 1), (length) => {
        expect(parseSidecar(TEXT.slice(0, length), URL)).toBeUndefined()
      }),
    )
  })

  it('never throws for JSON of any shape', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('validator', 'size', 'digest', 'held'),
        (value, name) => {
          parseSidecar(withMembers({ [name]: value }), URL)
        },
      ),
    )
  })
})
