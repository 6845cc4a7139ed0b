import { describe, expect, it } from 'vitest'
import { eventDuplicate } from '../../../src/fault/kinds/event-duplicate.js'
import { EVENTS, faulted, ROWS } from '../../fixture/event-bodies.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault event-duplicate', () => {
  it.each([
    ['events', EVENTS, 'id: 2\nevent: b\ndata: b1\ndata: b2\n\n'],
    ['lines', ROWS, '{"n":2}\n'],
  ] as const)('sends one of the %s twice', async (frames, body, twice) => {
    const fault = { kind: 'event-duplicate', event: 2 } as const
    const { text, fired } = (await faulted(eventDuplicate, fault, body, { frames })) ?? {}
    expect(text).toBe(body.replace(twice, twice + twice))
    expect(fired).toBe(1)
  })

  it('announces no length, since the body gets longer', () => {
    const announcement = { length: 5, framing: 'length', contentRange: undefined } as const
    const scene = sceneOf({ frames: 'events' })
    const fault = { kind: 'event-duplicate', event: 1 } as const
    expect(eventDuplicate.announce?.(fault, announcement, scene)).toMatchObject({
      framing: 'unknown',
    })
  })
})
