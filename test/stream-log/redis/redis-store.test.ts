import { describe, expect, it } from 'vitest'
import { SCRIPTS } from '../../../src/stream-log/redis/redis-scripts.js'
import { RedisStore } from '../../../src/stream-log/redis/redis-store.js'
import { ScriptedRedis } from '../../fixture/scripted-redis.js'

describe('RedisStore', () => {
  it.each(['a', '}{', '{', 'a}b', '../x', 'ä', 'x'.repeat(5_000)])(
    'names all that belongs to a stream with one hash tag, whatever its key: %j',
    (key) => {
      const { keys, channel } = new RedisStore(new ScriptedRedis(), 'p:').namesOf(key)
      const tags = [...keys, channel].map((name) => /^p:\{([0-9a-f]{40})\}:\w+$/.exec(name)?.[1])
      expect(new Set(tags).size).toBe(1)
      expect(tags[0]).toBeDefined()
      expect(new Set(keys).size).toBe(3)
    },
  )

  it('sends the text of a script that Redis does not know', async () => {
    const client = new ScriptedRedis()
    client.answer = ([command]) => {
      if (command === 'EVALSHA') throw new Error('NOSCRIPT No matching script.')
      return ['ended']
    }
    const store = new RedisStore(client, 'p:')
    expect(await store.run('claim', store.namesOf('a'), 'free')).toEqual(['ended'])
    const { text, sha } = SCRIPTS.claim
    expect(client.sent.map(([command, script]) => [command, script])).toEqual([
      ['EVALSHA', sha],
      ['EVAL', text],
    ])
  })

  it('throws SOURCE_FAILED for any other error, and sends the script once', async () => {
    const client = new ScriptedRedis()
    client.answer = () => {
      throw new Error('OOM command not allowed')
    }
    const store = new RedisStore(client, 'p:')
    await expect(store.run('append', store.namesOf('a'))).rejects.toThrow(
      expect.objectContaining({ code: 'SOURCE_FAILED' }),
    )
    expect(client.sent).toHaveLength(1)
  })
})
