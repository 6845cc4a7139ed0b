import { expect, it } from 'vitest'
import { RedisChanges } from '../../../src/stream-log/redis/redis-changes.js'
import { ScriptedRedis } from '../../fixture/scripted-redis.js'

it('has one connection while anybody follows a stream, and one subscription for each stream', async () => {
  const client = new ScriptedRedis()
  const changes = new RedisChanges(client)
  const told: string[] = []
  const followers = ['a', 'a', 'b'].map((channel, at) =>
    changes.follow(channel, () => void told.push(`${channel}${at}`)),
  )
  await expect.poll(() => [...client.channels.keys()]).toEqual(['a', 'b'])
  expect(client.connections).toBe(1)
  told.length = 0
  client.channels.get('a')?.()
  expect(told).toEqual(['a0', 'a1'])
  for (const unfollow of followers) {
    unfollow()
    unfollow()
  }
  await expect.poll(() => client.connections).toBe(0)
  const unfollow = changes.follow('a', () => {})
  await expect.poll(() => client.connections).toBe(1)
  unfollow()
  await expect.poll(() => client.connections).toBe(0)
})

it('polls where no connection can be made', async () => {
  const client = new ScriptedRedis()
  client.duplicate = () => {
    throw new Error('refused')
  }
  let told = 0
  const unfollow = new RedisChanges(client).follow('a', () => {
    told += 1
  })
  await expect.poll(() => told).toBeGreaterThan(0)
  unfollow()
})
