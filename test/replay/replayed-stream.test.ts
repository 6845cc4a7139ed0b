import { describe, expect, it } from 'vitest'
import { ReplayedStream, type ReplayOffer } from '../../src/replay/replayed-stream.js'
import { memoryLog } from '../../src/stream-log/memory/memory-log.js'
import { redisLog } from '../../src/stream-log/redis/redis-log.js'
import type { StreamLog } from '../../src/stream-log/stream-log.js'
import { claimed, newEvent } from '../contract/stream-log.contract.js'
import { needs } from '../fixture/process.js'
import { RedisServer } from '../fixture/redis-server.js'

function offerOf(source: unknown, reported: string[] = []): ReplayOffer {
  return {
    source: source as never,
    taken: false,
    contextOf: (facts) => facts,
    fail: (error) => reported.push(error.message),
    report: (_error, action) => reported.push(action),
  }
}
const hanging = async function* () {
  await new Promise(() => {})
}

describe('ReplayedStream', () => {
  it('claims a stream once for all that ask at the same time', async () => {
    const log = memoryLog()
    let calls = 0
    const stream = new ReplayedStream(log, 'a', () => {})
    const source = () => {
      calls += 1
      return hanging()
    }
    await Promise.all([1, 2, 3].map(() => stream.ensure(offerOf(source))))
    await expect.poll(() => calls).toBe(1)
    expect((await log.claim('a', 'free')).kind).toBe('held')
    await stream.close()
    expect((await log.claim('a', 'free')).kind).toBe('claimed')
  })

  it('takes over from a producer elsewhere that has died, while somebody reads', async () => {
    const memory = memoryLog()
    const older = await claimed(memory, 'a')
    await older.append([newEvent(7)])
    const log: StreamLog = {
      lease: 20,
      claim: (key, whose) => memory.claim(key, whose),
      open: (key, id) => memory.open(key, id),
    }
    const ids: unknown[] = []
    const stream = new ReplayedStream(log, 'a', () => {})
    const offer = offerOf(({ lastEventId }: { lastEventId: string }) => {
      ids.push(lastEventId)
      return hanging()
    })
    stream.add(offer)
    await stream.ensure(offer)
    expect(ids).toEqual([])
    await older.pause(undefined)
    await expect.poll(() => ids).toEqual(['7'])
    await stream.close()
  })

  it.skipIf(needs('redis-server').skip !== false)(
    'closes in the time of a lease where the log can not be reached',
    async () => {
      await using server = await RedisServer.start()
      const log = redisLog({ client: await server.client(), lease: 100 })
      const stream = new ReplayedStream(log, 'a', () => {})
      await stream.ensure(offerOf(hanging))
      // The client keeps commands until it is connected again.
      await server.kill()
      await stream.close()
      await server.run()
      await expect.poll(async () => (await log.claim('a', 'free')).kind).toBe('claimed')
    },
  )

  it('is released when neither a reader nor a producer is left', async () => {
    let released = 0
    const stream = new ReplayedStream(memoryLog(), 'a', () => {
      released += 1
    })
    const offer = offerOf(async function* () {
      yield 'x'
    })
    stream.add(offer)
    await stream.ensure(offer)
    expect(offer.taken).toBe(true)
    await expect.poll(() => stream.ensure(offer).then(() => released)).toBe(0)
    stream.remove(offer)
    await expect.poll(() => released).toBeGreaterThan(0)
  })

  it('ends a stream whose source can not be continued', async () => {
    const log = memoryLog()
    const older = await claimed(log, 'a')
    await older.append([newEvent(1)])
    await older.pause(undefined)
    const reported: string[] = []
    const offer = offerOf(['no function'], reported)
    await new ReplayedStream(log, 'a', () => {}).ensure(offer)
    expect((await log.claim('a', 'free')).kind).toBe('ended')
    expect(reported).toEqual(['cannot continue the source of a stream'])
    expect(offer.taken).toBe(false)
  })
})
