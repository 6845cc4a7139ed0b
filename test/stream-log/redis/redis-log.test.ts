import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisLog } from '../../../src/stream-log/redis/redis-log.js'
import { claimed, newEvent, streamLogContract } from '../../contract/stream-log.contract.js'
import { needs } from '../../fixture/process.js'
import { RedisServer } from '../../fixture/redis-server.js'

describe.skipIf(needs('redis-server').skip !== false)('with a Redis server', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  streamLogContract('redisLog', async (limits) => {
    const prefix = `${randomUUID()}:`
    const [client, other] = [await server.client(), await server.client()]
    return {
      log: redisLog({ client, prefix, ...limits }),
      other: redisLog({ client: other, prefix, ...limits }),
      [Symbol.asyncDispose]: async () => {},
    }
  })

  it('stops, pauses and keeps streams of a server that is out of memory, and begins none', async () => {
    await using full = await RedisServer.start()
    const client = await full.client()
    const log = redisLog({ client, lease: 500 })
    const [ended, paused] = [await claimed(log, 'ended'), await claimed(log, 'paused')]
    const stopped = await claimed(log, 'stopped')
    const kept = await claimed(log, 'kept')
    await ended.append([newEvent(1)])
    await client.sendCommand(['CONFIG', 'SET', 'maxmemory', '1'])
    const refused = expect.objectContaining({ code: 'SOURCE_FAILED' })
    await expect(ended.append([newEvent(2)])).rejects.toThrow(refused)
    await expect(log.claim('new', 'free')).rejects.toThrow(refused)
    await ended.end({ kind: 'finished' })
    await paused.pause(undefined)
    await (await claimed(log, 'stopped', 'theirs')).end({ kind: 'stopped' })
    await expect(stopped.append([newEvent(1)])).rejects.toMatchObject({ code: 'FENCED' })
    // The lease of one that is kept is renewed many times.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect((await log.claim('kept', 'free')).kind).toBe('held')
    expect((await log.claim('ended', 'free')).kind).toBe('ended')
    await kept.end({ kind: 'finished' })
  })
})
