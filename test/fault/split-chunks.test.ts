import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headOf, splitChunks } from '../../src/fault/split-chunks.js'
import { bytesIn } from '../fixture/fault-scene.js'

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 })

async function split(
  parts: number[],
  start: number,
  ...edges: number[]
): Promise<[number, number][]> {
  const found: [number, number][] = []
  for await (const part of splitChunks(bytesIn(...parts), start, ...edges)) {
    found.push([part.start, part.bytes.length])
  }
  return found
}

describe('splitChunks', () => {
  it.each([
    [
      [4, 2],
      0,
      [],
      [
        [0, 4],
        [4, 2],
      ],
    ],
    [
      [4, 2],
      10,
      [12],
      [
        [10, 2],
        [12, 2],
        [14, 2],
      ],
    ],
    [
      [6],
      0,
      [4, 2],
      [
        [0, 2],
        [2, 2],
        [4, 2],
      ],
    ],
    [
      [4, 2],
      0,
      [4, 0, 6, 9],
      [
        [0, 4],
        [4, 2],
      ],
    ],
  ])(
    'divides chunks of %j bytes from %i at the edges %j into %j',
    async (parts, start, edges, expected) => {
      expect(await split(parts, start, ...edges)).toEqual(expected)
    },
  )

  it('keeps all bytes in order, and no piece crosses an edge', () =>
    fc.assert(
      fc.asyncProperty(lengths, fc.array(fc.nat(60), { maxLength: 3 }), async (parts, edges) => {
        const bytes: number[] = []
        for await (const piece of splitChunks(bytesIn(...parts), 0, ...edges)) {
          expect(piece.start).toBe(bytes.length)
          const end = piece.start + piece.bytes.length
          expect(edges.filter((edge) => piece.start < edge && edge < end)).toEqual([])
          bytes.push(...piece.bytes)
        }
        expect(bytes).toEqual(bytes.map((_, index) => index))
        expect(bytes).toHaveLength(parts.reduce((sum, each) => sum + each, 0))
      }),
    ))
})

describe('headOf', () => {
  async function head(parts: number[], at: number, length: number | undefined) {
    let read = 0
    async function* counted() {
      for await (const chunk of bytesIn(...parts)) {
        read += chunk.length
        yield chunk
      }
    }
    const chunks = headOf(counted(), { at, length })
    let sent = 0
    for (;;) {
      const { done, value } = await chunks.next()
      if (done) return { sent, continues: value, read }
      sent += value.length
    }
  }

  it.each([
    [
      'reads nothing for position 0 of a body of known length',
      0,
      4,
      { sent: 0, continues: true, read: 0 },
    ],
    [
      'stops at the position in a body of known length',
      2,
      4,
      { sent: 2, continues: true, read: 2 },
    ],
    ['splits the chunk at the position', 3, 4, { sent: 3, continues: true, read: 4 }],
    [
      'reads one more chunk of a body of unknown length',
      2,
      undefined,
      { sent: 2, continues: true, read: 4 },
    ],
    [
      'finds the end of a body of unknown length',
      4,
      undefined,
      { sent: 4, continues: false, read: 4 },
    ],
    ['sends all of a body that is shorter', 9, undefined, { sent: 4, continues: false, read: 4 }],
  ])('%s', async (_what, at, length, expected) => {
    expect(await head([2, 2], at, length)).toEqual(expected)
  })
})
