import { crc32 } from 'node:zlib'
import { expect, it } from 'vitest'
import { type CrcStore, MemberCrcs } from '../../src/archive/member-crcs.js'
import { MemberIndex } from '../../src/archive/member-index.js'

const { signal } = new AbortController()

function indexOf(...sizes: number[]): MemberIndex {
  const index = new MemberIndex()
  for (const size of sizes) {
    index.add({ name: 'a', kind: 'file', key: 'a', size, lastModified: 0, mode: 0 })
  }
  return index
}

function storeOf(compute: CrcStore['compute']) {
  const known = new Map<number, number>()
  const store: CrcStore = {
    known: (index) => known.get(index),
    note: (index, crc) => void known.set(index, crc),
    compute,
  }
  return { store, known }
}

it('The CRC of no bytes is known', async () => {
  const { store } = storeOf(async () => Promise.reject(new Error('not needed')))
  const crcs = new MemberCrcs(indexOf(0), store)
  expect([crcs.isKnown(0), await crcs.of(0, signal)]).toEqual([true, 0])
})

it('A CRC that has begun is awaited, and not computed again', async () => {
  let computed = 0
  const { store } = storeOf(async () => {
    computed += 1
    return 7
  })
  const crcs = new MemberCrcs(indexOf(1), store)
  crcs.begin(0, signal)
  expect(await crcs.of(0, signal)).toBe(7)
  expect(computed).toBe(1)
})

it('A failure of one that has begun is that of the call that needs it', async () => {
  const { store } = storeOf(async () => Promise.reject(new Error('EIO')))
  const crcs = new MemberCrcs(indexOf(1), store)
  crcs.begin(0, signal)
  await new Promise(setImmediate)
  await expect(crcs.of(0, signal)).rejects.toThrow('EIO')
})

it('Waiting for a CRC is told', async () => {
  const { store } = storeOf(async () => 7)
  let waits = 0
  const crcs = new MemberCrcs(indexOf(1), store, (work) => {
    waits += 1
    return work
  })
  await crcs.of(0, signal)
  expect(waits).toBe(1)
})

it('The CRC of bytes in passing is known behind the last of them alone', async () => {
  const { store, known } = storeOf(async () => Promise.reject(new Error('not needed')))
  const crcs = new MemberCrcs(indexOf(6), store)
  async function* chunks() {
    yield Buffer.from('abc')
    yield Buffer.from('def')
  }
  for await (const _chunk of crcs.passing(0, chunks())) expect(known.get(0)).toBeUndefined()
  expect(known.get(0)).toBe(crc32('abcdef'))
})

it('A CRC that the store has dropped is kept for the archive', async () => {
  const { store, known } = storeOf(async () => 7)
  const crcs = new MemberCrcs(indexOf(1, 3), store)
  await crcs.of(0, signal)
  crcs.note(1, Buffer.from('abc'))
  known.clear()
  const failing = storeOf(async () => Promise.reject(new Error('not needed')))
  store.compute = failing.store.compute
  expect([await crcs.of(0, signal), await crcs.of(1, signal)]).toEqual([7, crc32('abc')])
})
