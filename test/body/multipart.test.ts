import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Layout } from '../../src/body/layout.js'
import { layoutMultipart } from '../../src/body/multipart.js'
import type { Slice } from '../../src/http/byte-range.js'
import { parseContentRange } from '../../src/http/content-range.js'

const BOUNDARY = 'THIS_STRING_SEPARATES'

/** The bytes that a layout sends of a representation. */
function bytesOf({ pieces }: Layout, representation: Uint8Array): Buffer {
  return Buffer.concat(
    pieces.map((piece) => {
      if (piece.kind === 'literal') return piece.bytes
      return representation.subarray(piece.slice.start, piece.slice.end)
    }),
  )
}

/** Parses a multipart body (RFC 2046 §5.1.1); the content of each part as Latin-1. */
function partsOf(body: Buffer): { fields: string[]; content: string }[] {
  const [preamble, ...parts] = body.toString('latin1').split(`\r\n--${BOUNDARY}`)
  expect(preamble).toBe('')
  expect(parts.pop()).toBe('--\r\n')
  return parts.map((part) => {
    const end = part.indexOf('\r\n\r\n')
    const [rest, ...fields] = part.slice(0, end).split('\r\n')
    expect(rest).toBe('')
    return { fields, content: part.slice(end + 4) }
  })
}

describe('layoutMultipart', () => {
  it('has the bytes of the example in RFC 9110 §14.6, after an empty line', () => {
    const representation = Buffer.alloc(8000, 'pdf')
    const slices = [
      { start: 500, end: 1000 },
      { start: 7000, end: 8000 },
    ]
    const layout = layoutMultipart(slices, 8000, 'application/pdf', BOUNDARY)
    const want = [
      '',
      '--THIS_STRING_SEPARATES',
      'Content-Type: application/pdf',
      'Content-Range: bytes 500-999/8000',
      '',
      representation.toString('latin1', 500, 1000),
      '--THIS_STRING_SEPARATES',
      'Content-Type: application/pdf',
      'Content-Range: bytes 7000-7999/8000',
      '',
      representation.toString('latin1', 7000, 8000),
      '--THIS_STRING_SEPARATES--',
      '',
    ].join('\r\n')
    expect(bytesOf(layout, representation).toString('latin1')).toBe(want)
    expect(layout.length).toBe(want.length)
    expect(layout.contentType).toBe('multipart/byteranges; boundary=THIS_STRING_SEPARATES')
  })

  it('counts a Content-Type outside of ASCII by its bytes', () => {
    const layout = layoutMultipart([{ start: 0, end: 1 }], 1, 'text/x; name="é"', BOUNDARY)
    expect(bytesOf(layout, Buffer.from('a'))).toHaveLength(layout.length)
  })

  it('announces its length and sends each slice in order, for any slices', () => {
    const sliceOf = (size: number): fc.Arbitrary<Slice> =>
      fc
        .tuple(fc.nat(size - 1), fc.nat(size - 1))
        .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) + 1 }))
    const requested = fc
      .uint8Array({ minLength: 1, maxLength: 300 })
      .chain((representation) =>
        fc.tuple(
          fc.constant(representation),
          fc.array(sliceOf(representation.length), { minLength: 2, maxLength: 50 }),
        ),
      )
    fc.assert(
      fc.property(requested, ([representation, slices]) => {
        const layout = layoutMultipart(slices, representation.length, 'video/mp4', BOUNDARY)
        const body = bytesOf(layout, representation)
        expect(body).toHaveLength(layout.length)

        const parts = partsOf(body)
        const found = parts.map(({ fields }) => {
          const [type, range] = fields
          expect(type).toBe('Content-Type: video/mp4')
          return parseContentRange(range?.replace('Content-Range: ', ''))
        })
        const total = representation.length
        expect(found).toEqual(slices.map((slice) => ({ kind: 'slice', slice, total })))
        expect(parts.map(({ content }) => content)).toEqual(
          slices.map(({ start, end }) =>
            Buffer.from(representation.subarray(start, end)).toString('latin1'),
          ),
        )
      }),
    )
  })

  it('gives the parts no Content-Type where the representation has none', () => {
    const slices = [
      { start: 0, end: 1 },
      { start: 2, end: 3 },
    ]
    const layout = layoutMultipart(slices, 3, undefined, BOUNDARY)
    const body = bytesOf(layout, Buffer.from('abc'))
    expect(partsOf(body).map(({ fields }) => fields)).toEqual([
      ['Content-Range: bytes 0-0/3'],
      ['Content-Range: bytes 2-2/3'],
    ])
    expect(layout.length).toBe(body.length)
  })
})
