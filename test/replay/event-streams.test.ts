import { describe, expect, it } from 'vitest'
import { EventStreams } from '../../src/replay/event-streams.js'
import { memoryLog } from '../../src/stream-log/memory/memory-log.js'
import { claimed, drain, newEvent } from '../contract/stream-log.contract.js'

describe('EventStreams.stop', () => {
  it('stops a stream of any producer, of the log that it is given', async () => {
    const [log, other] = [memoryLog(), memoryLog()]
    const streams = new EventStreams(log)
    const producer = await claimed(other, 'a')
    await producer.append([newEvent(1)])
    expect(await streams.stop('a')).toBe(false)
    expect(await streams.stop('a', { log: other })).toBe(true)
    expect(producer.fenced.aborted).toBe(true)
    expect(await drain(await other.open('a', undefined))).toEqual({
      data: ['1'],
      last: { kind: 'ended', ending: { kind: 'stopped' } },
    })
    expect(await streams.stop('a', { log: other })).toBe(false)
  })

  it('stops a stream that has been given up', async () => {
    const log = memoryLog()
    await (await claimed(log, 'a')).pause(undefined)
    expect(await new EventStreams(log).stop('a')).toBe(true)
    expect((await log.claim('a', 'free')).kind).toBe('ended')
  })
})
