import { expect, it } from 'vitest'
import { redisLog } from '../../../src/stream-log/redis/redis-log.js'
import { ScriptedRedis } from '../../fixture/scripted-redis.js'

const client = new ScriptedRedis()

it.each([
  [{}, 'client: '],
  [{ client: {} }, 'client: '],
  [{ client, prefix: '' }, 'prefix: '],
  [{ client, lease: 0 }, 'lease: '],
  [{ client, url: 'x' }, 'url: unknown option'],
])('refuses %j', (options, message) => {
  expect(() => redisLog(options as never)).toThrow(
    expect.objectContaining({ code: 'BAD_SETTING', message: expect.stringContaining(message) }),
  )
})

it('has a lease of 10 s by default', () => expect(redisLog({ client }).lease).toBe(10_000))
