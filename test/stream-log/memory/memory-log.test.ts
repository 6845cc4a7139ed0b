import { describe, expect, it } from 'vitest'
import { memoryLog } from '../../../src/stream-log/memory/memory-log.js'
import {
  claimed,
  dataOf,
  newEvent,
  streamLogContract,
  take,
} from '../../contract/stream-log.contract.js'

streamLogContract('memoryLog', async (limits) => {
  const log = memoryLog(limits)
  return { log, other: log, [Symbol.asyncDispose]: async () => {} }
})

const FINISHED = { kind: 'finished' } as const

describe('memoryLog', () => {
  it.each([{ maxAge: 0 }, { maxBytes: 0 }, { maxStreamBytes: '1' }, { bytes: 1 }])(
    'refuses %j',
    (options) => {
      expect(() => memoryLog(options as object)).toThrow(
        expect.objectContaining({ code: 'BAD_SETTING' }),
      )
    },
  )

  it('drops the oldest streams without a producer where all streams have too many bytes', async () => {
    const log = memoryLog({ maxBytes: 20_000 })
    for (const key of ['a', 'b', 'c', 'd']) {
      const producer = await claimed(log, key)
      await producer.append([newEvent('x'.repeat(4_500))])
      await producer.end(FINISHED)
    }
    const kinds = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (key) => (await log.claim(key, 'theirs')).kind),
    )
    expect(kinds).toEqual(['absent', 'ended', 'ended', 'ended'])
  })

  it('refuses a new stream where running ones need all bytes, and drops the oldest events of one that grows', async () => {
    const log = memoryLog({ maxBytes: 20_000 })
    const [a, b] = [await claimed(log, 'a'), await claimed(log, 'b')]
    await a.append([newEvent('x'.repeat(8_000))])
    await b.append([newEvent('y'.repeat(8_000))])
    await b.append([newEvent('z'.repeat(8_000))])
    const [event] = await take(await log.open('b', undefined), 1)
    expect(event && dataOf(event).slice(0, 1)).toBe('z')
    await a.append([newEvent('w')])
    for (let n = 0; ; n += 1) {
      const claim = await log.claim(`more-${n}`, 'free').catch(({ code }) => code)
      if (claim === 'LOG_FULL') break
      expect(n).toBeLessThan(10)
    }
  })

  it('is bounded in the number of streams, whatever their events', async () => {
    const log = memoryLog({ maxBytes: 100_000 })
    for (let n = 0; n < 2_000; n += 1) await (await claimed(log, `k${n}`)).end(FINISHED)
    expect((await log.claim('k1999', 'theirs')).kind).toBe('ended')
    expect((await log.claim('k0', 'theirs')).kind).toBe('absent')
  })

  it('drops events that are older than maxAge from a stream that has a producer', async () => {
    const log = memoryLog({ maxAge: 1000 })
    const producer = await claimed(log, 'a')
    await producer.append([newEvent('old')])
    await expect
      .poll(
        async () => {
          await producer.append([newEvent('new')])
          const [oldest] = await take(await log.open('a', undefined), 1)
          return oldest && dataOf(oldest)
        },
        { timeout: 20_000 },
      )
      .toBe('new')
    expect((await log.claim('a', 'free')).kind).toBe('held')
  })
})
