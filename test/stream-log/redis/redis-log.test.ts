import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe } from 'vitest'
import { redisLog } from '../../../src/stream-log/redis/redis-log.js'
import { streamLogContract } from '../../contract/stream-log.contract.js'
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
})
