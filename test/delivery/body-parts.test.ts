import { describe, expect, it } from 'vitest'
import type { Layout } from '../../src/body/layout.js'
import { layoutChunks, requirePart } from '../../src/delivery/body-parts.js'
import type { Slice } from '../../src/http/byte-range.js'
import type { Readable } from '../../src/source/read-exactly.js'

const { signal } = new AbortController()
const CONTENT = Buffer.from('0123456789')

/** A source that sends each slice in chunks of 3 bytes. */
function source(): Readable & { readonly reads: Slice[] } {
  const reads: Slice[] = []
  return {
    reads,
    async *read(slice) {
      reads.push(slice)
      const bytes = CONTENT.subarray(slice.start, slice.end)
      for (let at = 0; at < bytes.length; at += 3) yield bytes.subarray(at, at + 3)
    },
  }
}

async function collect(chunks: AsyncIterator<Uint8Array> | AsyncIterable<Uint8Array>) {
  const iterable =
    Symbol.asyncIterator in chunks ? chunks : { [Symbol.asyncIterator]: () => chunks }
  const all: Uint8Array[] = []
  for await (const chunk of iterable) all.push(chunk)
  return Buffer.concat(all).toString()
}

function layout(...pieces: Layout['pieces']): Layout {
  return { contentType: 'text/plain', length: 0, pieces }
}
const slice = (start: number, end: number) => ({ kind: 'slice', slice: { start, end } }) as const
const literal = (text: string) => ({ kind: 'literal', bytes: Buffer.from(text) }) as const

describe('layoutChunks', () => {
  it.each<[string, Layout, string, Slice[]]>([
    ['a single slice', layout(slice(2, 8)), '234567', [{ start: 2, end: 8 }]],
    ['an empty slice', layout(slice(5, 5)), '', [{ start: 5, end: 5 }]],
    [
      'slices between literals',
      layout(literal('<'), slice(8, 10), literal('|'), slice(0, 4), literal('>')),
      '<89|0123>',
      [
        { start: 8, end: 10 },
        { start: 0, end: 4 },
      ],
    ],
    ['literals alone', layout(literal('a'), literal('b')), 'ab', []],
    ['no pieces', layout(), '', []],
  ])('reads %s in the order of the layout', async (_what, parts, expected, reads) => {
    const readable = source()
    expect(await collect(layoutChunks(parts, readable, signal))).toBe(expected)
    expect(readable.reads).toEqual(reads)
  })

  it('reads no slice before it is needed', async () => {
    const readable = source()
    const chunks = layoutChunks(layout(literal('<'), slice(0, 3)), readable, signal)
    await chunks.next()
    expect(readable.reads).toEqual([])
    await chunks.return?.()
  })
})

describe('requirePart', () => {
  it.each([Buffer.from('x'), new Uint8Array(2), { length: 3, sendTo: async () => {} }])(
    'accepts bytes, and a part that sends itself, in case %#',
    (part) => {
      expect(() => requirePart(part)).not.toThrow()
    },
  )

  it.each(['text', 5, {}, [1, 2], () => {}, Symbol('x')])(
    'throws SOURCE_FAILED for another value of an application, in case %#',
    (part) => {
      expect(() => requirePart(part as never)).toThrow(/expected bytes/)
    },
  )
})
