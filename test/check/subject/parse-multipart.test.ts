import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layoutMultipart } from '../../../src/body/multipart.js'
import { boundaryOf, parseMultipart } from '../../../src/check/subject/parse-multipart.js'

const parse = (text: string) => parseMultipart(Buffer.from(text, 'latin1'), 'b')

describe('boundaryOf', () => {
  it.each([
    ['multipart/byteranges; boundary=a', 'a'],
    ['multipart/byteranges; boundary="a b"', 'a b'],
    [String.raw`multipart/byteranges; boundary="a\"b"`, 'a"b'],
    ['multipart/byteranges; boundary=[a]; x=y', '[a]'],
    ['multipart/byteranges', undefined],
    ['multipart/mixed; boundary=a', undefined],
    ['video/mp4', undefined],
  ])('reads the boundary of %s', (type, want) => {
    expect(boundaryOf({ lines: [['Content-Type', type]] })).toBe(want)
  })
})

describe('parseMultipart', () => {
  it('reads the fields and bytes of parts', () => {
    const body = '--b\r\nA: 1\r\nB:\t2 \r\n\r\nx\r\n--b \r\n\r\ny\r\n\r\n--b--'
    expect(parse(body)).toEqual({
      parts: [
        {
          lines: [
            ['A', '1'],
            ['B', '2'],
          ],
          body: Buffer.from('x'),
        },
        { lines: [], body: Buffer.from('y\r\n') },
      ],
      isClosed: true,
      defect: undefined,
    })
  })

  it('leaves out what is before the first delimiter and after the closing one', () => {
    const { parts, defect } = parse('before\r\n--b\r\n\r\nx\r\n--b--\r\nafter')
    expect(parts.map(({ body }) => String(body))).toEqual(['x'])
    expect(defect).toBeUndefined()
  })

  it('joins a field that is folded', () => {
    expect(parse('--b\r\nA: 1\r\n 2\r\n\r\n\r\n--b--').parts[0]?.lines).toEqual([['A', '1 2']])
  })

  it.each([
    ['', 'no delimiter with the boundary of Content-Type'],
    ['\r\nb\r\n\r\nx', 'a boundary that is not after -- at the start of a line'],
    ['--b\n\nx\n--b--\n', 'line ends of LF instead of CRLF'],
    ['--b\r\n\r\nx', 'no closing delimiter'],
    ['--b\r\n\r\nx\r\n--b', 'other text in the line of a delimiter'],
    ['--bc\r\n\r\nx\r\n--b--', 'other text in the line of a delimiter'],
    ['--b\r\n\r\nx\r\n--b--y', 'other text in the line of a delimiter'],
    ['--b\r\nA: 1\r\nx\r\n--b--', 'a part without an empty line after its fields'],
    ['--b\r\nA 1\r\n\r\nx\r\n--b--', 'a part with a malformed header field'],
    ['--b--\r\n', 'no part before the closing delimiter'],
    ['--b\r\n\r\nx\r\n--b--\r\n--b\r\n\r\ny', 'a delimiter after the closing one'],
  ])('names the defect of %j', (body, defect) => {
    expect(parse(body).defect).toBe(defect)
  })

  it('reads the parts of a body that was not read to its end', () => {
    const { parts, isClosed } = parse('--b\r\n\r\nx\r\n--b\r\n\r\nyz')
    expect(parts.map(({ body }) => String(body))).toEqual(['x', 'yz'])
    expect(isClosed).toBe(false)
  })

  it('reads back what lastbyte writes', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 100 })
    const slice = (total: number) =>
      fc
        .tuple(fc.nat(total - 1), fc.nat(total - 1))
        .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) + 1 }))
    const input = bytes.chain((whole) =>
      fc.tuple(fc.constant(Buffer.from(whole)), fc.array(slice(whole.length), { minLength: 1 })),
    )
    fc.assert(
      fc.property(input, ([whole, slices]) => {
        const layout = layoutMultipart(slices, whole.length, 'video/mp4', 'no-such-bytes')
        const pieces = layout.pieces.map((piece) =>
          piece.kind === 'literal'
            ? piece.bytes
            : whole.subarray(piece.slice.start, piece.slice.end),
        )
        const { parts, defect } = parseMultipart(Buffer.concat(pieces), 'no-such-bytes')
        expect(defect).toBeUndefined()
        const want = slices.map(({ start, end }) => whole.subarray(start, end))
        expect(parts.map(({ body }) => Buffer.from(body))).toEqual(
          want.map((each) => Buffer.from(each)),
        )
      }),
    )
  })

  it('has a result for any bytes', () => {
    const token = fc.constantFrom('\r\n', '--', 'b', '--b', 'A: 1', ' ', 'x', '\r\n\r\n', '\0')
    fc.assert(
      fc.property(fc.array(token), (tokens) => {
        const { parts, isClosed, defect } = parse(tokens.join(''))
        expect(defect !== undefined || (isClosed && parts.length > 0)).toBe(true)
      }),
    )
  })
})
