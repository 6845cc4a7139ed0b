import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ZipContent, zipParts } from '../../src/archive/zip-parts.js'
import { pattern } from '../fixture/files.js'
import { type MemoryMember, memoryContent } from '../fixture/zip-content.js'
import { readZip } from '../fixture/zip-reader.js'

const { signal } = new AbortController()

async function bytesOf(content: ZipContent, slice = { start: 0, end: sizeOf(content) }) {
  const chunks: Buffer[] = []
  for await (const part of zipParts({ content, slice, signal, isDirect: () => false })) {
    if (!(part instanceof Uint8Array)) throw new Error('expected bytes')
    chunks.push(Buffer.from(part))
  }
  return Buffer.concat(chunks)
}

const sizeOf = ({ members }: ZipContent) => members.places().size

const MEMBERS: MemoryMember[] = [
  { name: 'a.txt', bytes: Buffer.from('alpha') },
  { name: 'empty', bytes: Buffer.alloc(0) },
  { name: 'folder/' },
  { name: 'large', bytes: pattern(100_000) },
  { name: 'שלום/映画.txt', bytes: Buffer.from('x') },
]

describe('The bytes of an archive', () => {
  it('have each member once, with its CRC', async () => {
    const { content } = memoryContent(MEMBERS, 4_000)
    const read = readZip(await bytesOf(content))
    expect(read.map(({ name }) => name)).toEqual(MEMBERS.map(({ name }) => name))
    for (const [index, { content: bytes }] of read.entries()) {
      expect(bytes.equals(MEMBERS[index]?.bytes ?? Buffer.alloc(0))).toBe(true)
    }
  })

  it('of each slice are those of the whole', async () => {
    const member = fc.record({ name: fc.stringMatching(/^[a-z]{1,9}\/?$/), bytes: fc.nat(40_000) })
    const unique = fc.uniqueArray(member, { selector: ({ name }) => name, maxLength: 8 })
    const property = fc.asyncProperty(unique, fc.nat(), fc.nat(), async (given, one, other) => {
      const all = given.map(({ name, bytes }) =>
        name.endsWith('/') ? { name } : { name, bytes: pattern(bytes) },
      )
      const whole = await bytesOf(memoryContent(all, 7_000).content)
      readZip(whole)
      const { content } = memoryContent(all, 7_000)
      const [start = 0, end = 0] = [one, other]
        .map((at) => at % (whole.length + 1))
        .sort((a, b) => a - b)
      const slice = await bytesOf(content, { start, end })
      expect(slice.equals(whole.subarray(start, end))).toBe(true)
    })
    await fc.assert(property, { numRuns: 300 })
  })

  it('of an archive without members are a directory without entries', async () => {
    expect(readZip(await bytesOf(memoryContent([]).content))).toEqual([])
  })
})

describe('A slice', () => {
  it('of the whole computes each CRC in passing', async () => {
    const { content, computed, opened, closed } = memoryContent(MEMBERS)
    await bytesOf(content)
    expect(computed).toEqual([])
    expect(opened.toSorted()).toEqual([0, 3, 4])
    expect(closed.toSorted()).toEqual([0, 3, 4])
  })

  it('within a member needs no CRC', async () => {
    const { content, computed, opened } = memoryContent(MEMBERS)
    const { offsets } = content.members.places()
    const start = (offsets[3] as number) + 1_000
    await bytesOf(content, { start, end: start + 50_000 })
    expect([opened, computed]).toEqual([[3], []])
  })

  it('from the middle of a member needs the CRC of that one, and no bytes of those before', async () => {
    const { content, computed, opened } = memoryContent(MEMBERS)
    const { offsets, central } = content.members.places()
    const start = (offsets[3] as number) + 1_000
    await bytesOf(content, { start, end: central[0] as number })
    expect([opened, computed]).toEqual([[3, 4], [3]])
  })

  it('of the directory needs the CRCs of its entries alone', async () => {
    const { content, computed, opened } = memoryContent(MEMBERS)
    const { central } = content.members.places()
    await bytesOf(content, { start: central[3] as number, end: (central[4] as number) + 1 })
    expect([opened, computed]).toEqual([[], [3, 4]])
  })

  it('of the end record needs none', async () => {
    const { content, computed, opened } = memoryContent(MEMBERS)
    const end = sizeOf(content)
    await bytesOf(content, { start: end - 22, end })
    expect([opened, computed]).toEqual([[], []])
  })

  it('has ranges of members for a caller that sends them itself, where the CRC is known or computed beside', async () => {
    const { content, computed, known } = memoryContent(MEMBERS)
    known.set(3, crc32(pattern(100_000)))
    const whole = await bytesOf(memoryContent(MEMBERS).content)
    const chunks: Buffer[] = []
    const direct: number[] = []
    const slice = { start: 0, end: sizeOf(content) }
    const isDirect = ({ slice: { end } }: { slice: { end: number } }) => end > 1_000
    for await (const part of zipParts({ content, slice, signal, isDirect })) {
      if (part instanceof Uint8Array) chunks.push(Buffer.from(part))
      else {
        direct.push(part.slice.end)
        for await (const chunk of part.representation.read(part.slice, signal)) {
          chunks.push(Buffer.from(chunk))
        }
      }
    }
    expect(direct).toEqual([100_000])
    expect(computed).toEqual([])
    expect(Buffer.concat(chunks).equals(whole)).toBe(true)
  })
})

it('An archive joins its short runs of bytes into few writes', async () => {
  const many = Array.from({ length: 1000 }, (_, index) => ({
    name: `${index}`.padStart(4, '0'),
    bytes: Buffer.from(`${index}`),
  }))
  const { content } = memoryContent(many)
  let writes = 0
  const slice = { start: 0, end: sizeOf(content) }
  for await (const _part of zipParts({ content, slice, signal, isDirect: () => false })) writes += 1
  expect(writes).toBe(2)
})

it.each([
  ['fewer', -1, 'SOURCE_SHORT'],
  ['more', 1, 'SOURCE_FAILED'],
])(
  'A member whose source sends %s bytes than it has ends the archive there',
  async (_what, surplus, code) => {
    for (const size of [5, 100_000]) {
      const { content, known } = memoryContent([
        { name: 'a', bytes: pattern(size) },
        { name: 'b', bytes: pattern(50) },
      ])
      const open: ZipContent['open'] = async (index, opening) => {
        const representation = await content.open(index, opening)
        return {
          ...representation,
          async *read({ start, end }) {
            yield pattern(size + 1).subarray(start, end + surplus)
          },
        }
      }
      await expect(bytesOf({ ...content, open })).rejects.toMatchObject({ code })
      expect(known.get(0)).toBeUndefined()
    }
  },
)
