import { describe, expect, it } from 'vitest'
import { eventDelay } from '../../../src/fault/kinds/event-delay.js'
import { EVENTS, faulted, reusedChunks } from '../../fixture/event-bodies.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault event-delay', () => {
  it('waits once, before the event, and changes no byte', async () => {
    const result = await faulted(eventDelay, { kind: 'event-delay', event: 2, ms: 500 }, EVENTS)
    expect(result).toEqual({ text: EVENTS, ending: undefined, fired: 1, waits: [500] })
  })

  it('sends what precedes the event before it waits', async () => {
    const stopped = new Error('the transfer has ended')
    const scene = sceneOf({ frames: 'events', wait: () => Promise.reject(stopped) })
    const fault = { kind: 'event-delay', id: '2', ms: 1 } as const
    let text = ''
    const read = async () => {
      for await (const chunk of eventDelay.body?.(fault, reusedChunks(EVENTS, 4), scene) ?? []) {
        text += Buffer.from(chunk).toString()
      }
    }
    await expect(read()).rejects.toBe(stopped)
    expect(text).toBe('retry: 10\n\n: hi\nid: 1\ndata: a\n\n:\n\n')
  })
})
