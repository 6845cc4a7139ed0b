import { fstatSync, openSync } from 'node:fs'
import { expect, it } from 'vitest'
import { FileRepresentation } from '../../src/source/file-representation.js'
import { OpenFile } from '../../src/source/open-file.js'
import { BUFFER_SIZE, readBuffers } from '../../src/source/read-buffers.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder, pattern } from '../fixture/files.js'

const SIZE = BUFFER_SIZE * 3
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
    take: readBuffers().take,
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
  expect(given).toHaveLength(2)
})
