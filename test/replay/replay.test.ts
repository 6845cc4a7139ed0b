import { describe, expect, it } from 'vitest'
import { EventStreams } from '../../src/replay/event-streams.js'
import { memoryLog } from '../../src/stream-log/memory/memory-log.js'
import { claimed, newEvent } from '../contract/stream-log.contract.js'

const offer = (source: never) => ({ source, contextOf: () => ({}), report: () => {} })

describe('Replay', () => {
  it('leaves the stream and closes its reader on return, also one that waits', async () => {
    const log = memoryLog()
    const producer = await claimed(log, 'a')
    const replay = new EventStreams(log).replay({ log, key: 'a' }, undefined, offer([] as never))
    const reading = replay.next()
    await replay.return()
    expect(await reading).toEqual({ done: true, value: undefined })
    await producer.append([newEvent(1)])
    expect((await log.claim('a', 'free')).kind).toBe('held')
  })

  it('ends with an error that the log does not have', async () => {
    const log = memoryLog()
    const producer = await claimed(log, 'a')
    const replay = new EventStreams(log).replay({ log, key: 'a' }, undefined, offer([] as never))
    const reading = replay.next()
    replay.fail(new Error('away'))
    await expect(reading).rejects.toThrow('away')
    await producer.end({ kind: 'finished' })
  })

  it('releases a source that it has not used', async () => {
    const log = memoryLog()
    await claimed(log, 'a')
    let released = 0
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          released += 1
        },
      }),
    }
    const streams = new EventStreams(log)
    const replay = streams.replay({ log, key: 'a' }, undefined, offer(source as never))
    await replay.return()
    expect(released).toBe(1)
  })
})
