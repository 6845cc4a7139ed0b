import { describe, expect, it } from 'vitest'
import { redisLog } from '../../../src/stream-log/redis/redis-log.js'
import { drain, take } from '../../contract/stream-log.contract.js'
import { ScriptedRedis } from '../../fixture/scripted-redis.js'

const EPOCHS = JSON.stringify([{ tag: 'aaaaaaaa', first: 1 }])
/** The facts of a stream, and its events from `from` on. */
const reply = (state: string, next: number, from: number | '', texts: string[], detail = '') => [
  state,
  detail,
  EPOCHS,
  String(next),
  '1',
  String(from),
  texts,
]

describe('a reader of Redis', () => {
  it('reads once for all readers at one position', async () => {
    const client = new ScriptedRedis()
    const log = redisLog({ client })
    client.answer = () => reply('ended', 2, 1, ['data: 1\n\n'], '{"kind":"finished"}')
    const readers = await Promise.all([1, 2, 3].map(() => log.open('a', undefined)))
    expect(client.sent).toHaveLength(1)
    await Promise.all(readers.map((reader) => take(reader, 1)))
    expect(client.sent).toHaveLength(2)
    for (const reader of readers) reader.close()
    await expect.poll(() => client.connections).toBe(0)
  })

  it('reports a gap where the store has lost the event that it has passed on', async () => {
    const client = new ScriptedRedis()
    const log = redisLog({ client })
    client.answer = () => reply('produced', 3, 1, ['data: 1\n\n', 'data: 2\n\n'])
    const reader = await log.open('a', undefined)
    await take(reader, 2)
    client.answer = () => reply('produced', 2, '', [])
    await expect(reader.read()).rejects.toThrow(
      expect.objectContaining({ code: 'GAP', facts: { id: '2-aaaaaaaa', reason: 'unknown' } }),
    )
    reader.close()
  })

  it('passes a failure of the store on, and can be read again', async () => {
    const client = new ScriptedRedis()
    const log = redisLog({ client })
    client.answer = () => reply('ended', 1, '', [], '{"kind":"stopped"}')
    const reader = await log.open('a', undefined)
    const { answer } = client
    client.answer = () => {
      throw new Error('read ECONNRESET')
    }
    await expect(reader.read()).rejects.toThrow(expect.objectContaining({ code: 'SOURCE_FAILED' }))
    client.answer = answer
    expect((await drain(reader)).last).toEqual({ kind: 'ended', ending: { kind: 'stopped' } })
    reader.close()
  })
})
