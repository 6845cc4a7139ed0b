import { describe, expect, it } from 'vitest'
import { redisLog } from '../../../src/stream-log/redis/redis-log.js'
import { SCRIPTS } from '../../../src/stream-log/redis/redis-scripts.js'
import { claimed, newEvent } from '../../contract/stream-log.contract.js'
import { ScriptedRedis } from '../../fixture/scripted-redis.js'

/** A client that claims a stream, and answers otherwise as `answers` says, by the name of the script. */
function clientWith(answers: Partial<Record<keyof typeof SCRIPTS, unknown>>) {
  const client = new ScriptedRedis()
  client.answer = ([, sha]) => {
    const [name = ''] = Object.entries(SCRIPTS).find(([, script]) => script.sha === sha) ?? []
    const answer = name === 'claim' ? ['claimed', '1', ''] : answers[name as 'append']
    if (answer instanceof Error) throw answer
    return answer
  }
  const count = (name: keyof typeof SCRIPTS) =>
    client.sent.filter(([, sha]) => sha === SCRIPTS[name].sha).length
  return { client, count }
}

describe('RedisProducer', () => {
  it('is fenced by the answer to any call', async () => {
    const { client } = clientWith({ append: 'fenced' })
    const producer = await claimed(redisLog({ client }), 'a')
    await expect(producer.append([newEvent(1)])).rejects.toThrow(
      expect.objectContaining({ code: 'FENCED' }),
    )
    expect(producer.fenced.aborted).toBe(true)
    await expect.poll(() => client.connections).toBe(0)
  })

  it('sends the number of its next event, so that a store that has lost some refuses it', async () => {
    const { client } = clientWith({ append: 'appended', conclude: 'concluded' })
    const producer = await claimed(redisLog({ client }), 'a')
    await producer.append([newEvent(1), newEvent(2)])
    await producer.append([newEvent(3)])
    const appended = client.sent.filter(([, sha]) => sha === SCRIPTS.append.sha)
    expect(appended.map((args) => args[11])).toEqual(['1', '3'])
    await producer.end({ kind: 'finished' })
  })

  it('renews its lease until it ends, also where that fails', async () => {
    const { client, count } = clientWith({ renew: 'renewed', conclude: new Error('away') })
    const producer = await claimed(redisLog({ client, lease: 30 }), 'a')
    await expect.poll(() => count('renew')).toBeGreaterThan(2)
    await expect(producer.pause(undefined)).rejects.toThrow(
      expect.objectContaining({ code: 'SOURCE_FAILED' }),
    )
    await expect.poll(() => client.connections).toBe(0)
    const renewed = count('renew')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(count('renew')).toBe(renewed)
  })
})
