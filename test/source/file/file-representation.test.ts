import { fstatSync, openSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  bufferPool,
  LARGE_CHUNK,
  MEDIUM_CHUNK,
  READING_CONFIRMED,
  SMALL_CHUNK,
} from '../../../src/source/file/buffer-pool.js'
import { FileRepresentation } from '../../../src/source/file/file-representation.js'
import { OpenFile } from '../../../src/source/file/open-file.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder, pattern } from '../../fixture/files.js'

const SIZE = READING_CONFIRMED + LARGE_CHUNK * 3
const facts = { name: 'f', contentType: 'application/octet-stream', size: SIZE }
const live = new AbortController().signal

it('a descriptor outlives the reads that are under way on it', async () => {
  using folder = new Folder({ f: pattern(SIZE) })
  const descriptor = openSync(folder.at('f'), 'r')
  const file = new OpenFile(
    folder.at('f'),
    descriptor,
    fstatSync(descriptor, { bigint: true }),
    facts,
  ).hold()
  const reading = file.fetch(Buffer.alloc(1000), 500)
  file.release()
  expect(Buffer.from(await reading).equals(pattern(SIZE).subarray(500, 1500))).toBe(true)
  await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
})

it('a buffer is given back only when nothing reads into it any more', async () => {
  const running: (() => void)[] = []
  const given: Uint8Array[] = []
  const open = {
    facts,
    content: undefined,
    fetch: (buffer: Uint8Array) => {
      return new Promise<Uint8Array>((resolve) => running.push(() => resolve(buffer)))
    },
  } as unknown as OpenFile
  const buffers = {
    take: bufferPool().take,
    give: (buffer: Uint8Array) => void given.push(buffer),
  }
  const chunks = new FileRepresentation(open, buffers)
    .read({ start: 0, end: SIZE }, live)
    [Symbol.asyncIterator]()
  const first = chunks.next()
  running.shift()?.()
  await first
  // The second fetch runs ahead; the reader turns away from it.
  const left = chunks.return?.(undefined)
  await new Promise(setImmediate)
  expect(given).toHaveLength(0)
  running.shift()?.()
  await left
  await new Promise(setImmediate)
  // What was given to the reader may still be on its way out, and is not used again.
  expect(given).toHaveLength(1)
})

/** Chunks of a representation whose reads are counted, and whose buffers too. */
function counting(size: number) {
  let held = 0
  const reads: number[] = []
  const open = {
    facts,
    content: undefined,
    fetch: async (buffer: Uint8Array) => {
      reads.push(buffer.length)
      return buffer
    },
  } as unknown as OpenFile
  const buffers = {
    take: (length: number) => {
      held += 1
      return new Uint8Array(length)
    },
    give: () => {
      held -= 1
    },
  }
  const representation = new FileRepresentation(open, buffers)
  const chunks = representation.read({ start: 0, end: size }, live)[Symbol.asyncIterator]()
  return { chunks, reads, held: () => held }
}

it('chunks are modest until the reader has shown that it reads, then large', async () => {
  const { chunks, reads } = counting(READING_CONFIRMED + LARGE_CHUNK * 3)
  for (let next = await chunks.next(); !next.done; ) next = await chunks.next()
  expect(reads.slice(0, READING_CONFIRMED / SMALL_CHUNK)).toEqual(
    Array(READING_CONFIRMED / SMALL_CHUNK).fill(SMALL_CHUNK),
  )
  expect(reads.slice(READING_CONFIRMED / SMALL_CHUNK)).toEqual([
    LARGE_CHUNK,
    LARGE_CHUNK,
    LARGE_CHUNK,
  ])
})

it('a short slice comes in few chunks, since the connection holds it anyway', async () => {
  const { chunks, reads } = counting(MEDIUM_CHUNK * 2)
  for (let next = await chunks.next(); !next.done; ) next = await chunks.next()
  expect(reads).toEqual([MEDIUM_CHUNK, MEDIUM_CHUNK])
})

it('for a reader that pauses one chunk is held, and no second one is read ahead', async () => {
  const { chunks, held, reads } = counting(READING_CONFIRMED + LARGE_CHUNK * 3)
  await chunks.next()
  expect(held()).toBe(2)
  await expect.poll(held, { timeout: 5000 }).toBe(1)
  const before = reads.length
  expect((await chunks.next()).value).toHaveLength(SMALL_CHUNK)
  expect(reads.length).toBeGreaterThan(before)
})
