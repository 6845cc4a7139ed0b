import { crc32 } from 'node:zlib'
import { expect, it } from 'vitest'
import { MemberIndex } from '../../src/archive/member-index.js'
import { SourceCrcs } from '../../src/archive/source-crcs.js'
import { digestCache } from '../../src/source/digest/digest-cache.js'
import { NOBODY } from '../../src/source/digest/fair-queue.js'
import { MemorySource } from '../fixture/memory-source.js'

const { signal } = new AbortController()
const TEXT = 'The quick brown fox'

function scene(etag: string | undefined) {
  const source = new MemorySource({ 'd/a': TEXT }, { etag })
  const digests = digestCache(source, 1_000)
  const members = new MemberIndex()
  const facts = { kind: 'file', size: TEXT.length, lastModified: 0, mode: 0 } as const
  members.add({ ...facts, name: 'a', key: 'd/a', etag })
  let readings = 0
  const storeOf = () =>
    new SourceCrcs(members, digests, NOBODY, async () => {
      readings += 1
      return crc32(TEXT)
    })
  return { source, digests, storeOf, readings: () => readings }
}

it('The CRC of a version is computed once for all archives of a source', async () => {
  const { source, digests, storeOf } = scene('"1"')
  const store = storeOf()
  expect(store.known(0)).toBeUndefined()
  expect(await store.compute(0, signal)).toBe(crc32(TEXT))
  expect(storeOf().known(0)).toBe(crc32(TEXT))
  expect(await storeOf().compute(0, signal)).toBe(crc32(TEXT))
  expect(source.opened).toEqual(['d/a'])
  await digests.close()
})

it.each([0, 1, 0x7fffffff, 0x80000000, 0xffffffff])(
  'The CRC %i that a reader has computed is kept',
  async (crc) => {
    const { digests, storeOf } = scene('"1"')
    storeOf().note(0, crc)
    expect(storeOf().known(0)).toBe(crc)
    await digests.close()
  },
)

it('That of a member whose versions cannot be told apart is not kept', async () => {
  const { digests, storeOf, readings } = scene(undefined)
  const store = storeOf()
  expect(await store.compute(0, signal)).toBe(crc32(TEXT))
  store.note(0, 7)
  expect(store.known(0)).toBeUndefined()
  expect(readings()).toBe(1)
  await digests.close()
})
