import { describe, expect, it } from 'vitest'
import { ChainRecords } from '../../../src/source/live/chain-records.js'
import { MemoryRecords } from '../../../src/source/live/record-store.js'

const FILE = { id: 'i'.repeat(22), key: 'show.ts' }
const claim = (length: number) => ({ length, digest: 'd'.repeat(43) })

async function created(store: MemoryRecords): Promise<ChainRecords> {
  const records = await ChainRecords.open(store, FILE, 'create')
  if (records === undefined) throw new Error('no records')
  return records
}

const finishedBy = ({ tag }: ChainRecords, entityTag = '"e"') => ({ ...claim(9), tag, entityTag })

describe('ChainRecords', () => {
  it('are the same for all processes, with one random tag', async () => {
    const store = new MemoryRecords()
    expect(await ChainRecords.open(store, FILE, 'existing')).toBeUndefined()
    expect(await ChainRecords.has(store, FILE.id)).toBe(false)
    const [one, other] = await Promise.all([created(store), created(store)])
    expect(one.tag).toMatch(/^"[\w-]{22}"$/)
    expect(other.tag).toBe(one.tag)
    expect((await created(new MemoryRecords())).tag).not.toBe(one.tag)
    expect(await ChainRecords.has(store, FILE.id)).toBe(true)
  })

  it('have the newest claim of each process', async () => {
    const store = new MemoryRecords()
    const [one, other] = [await created(store), await created(store)]
    await one.claim(claim(5))
    await one.claim(claim(7))
    await other.claim(claim(6))
    const claims = await (await created(store)).claims()
    expect(claims.map(({ length }) => length).sort()).toEqual([6, 7])
  })

  it('begin with another tag when the chain is abandoned, once for all processes', async () => {
    const store = new MemoryRecords()
    const [one, other] = [await created(store), await created(store)]
    await one.claim(claim(5))
    await Promise.all([one.abandon(), other.abandon()])
    expect(await one.isNewest()).toBe(false)
    const next = await created(store)
    expect(next.tag).not.toBe(one.tag)
    expect(await next.claims()).toEqual([])
    expect(await next.isOpen()).toBe(true)
    // A process that has not noticed must not bring back its claims.
    await other.claim(claim(9))
    expect(await (await created(store)).claims()).toEqual([])
    expect(await other.finish(finishedBy(other))).toBe(false)
  })

  it('record the finished file once, and no claims any more', async () => {
    const store = new MemoryRecords()
    const [one, other] = [await created(store), await created(store)]
    await one.claim(claim(9))
    expect(await one.finished()).toBeUndefined()
    expect(await one.finish(finishedBy(one))).toBe(true)
    expect(await other.finish(finishedBy(one))).toBe(true)
    expect(await other.finish(finishedBy(one, '"other"'))).toBe(false)
    expect(await other.finished()).toEqual(finishedBy(one))
    expect(await other.isOpen()).toBe(false)
    expect((await store.names()).of(FILE.id)).toHaveLength(2)
    await one.remove()
    expect((await store.names()).ids).toEqual([])
  })

  it('begin anew where the record of the tag is damaged', async () => {
    const store = new MemoryRecords()
    await store.create(`${FILE.id}.0.head`, 'damaged')
    expect((await created(store)).tag).toMatch(/^"[\w-]{22}"$/)
  })
})
