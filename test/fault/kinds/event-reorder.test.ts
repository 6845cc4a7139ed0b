import { describe, expect, it } from 'vitest'
import { eventReorder } from '../../../src/fault/kinds/event-reorder.js'
import { EVENTS, faulted, ROWS, textOf } from '../../fixture/event-bodies.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault event-reorder', () => {
  it.each([
    ['events', 2, EVENTS, EVENTS.replace(/(id: 2[\s\S]*?\n\n)(data: c\n\n)/, '$2$1')],
    ['events', 1, EVENTS, EVENTS.replace(/(: hi[\s\S]*?\n\n)(:\n\nid: 2[\s\S]*?\n\n)/, '$2$1')],
    ['lines', 2, ROWS, ROWS.replace('{"n":2}\n{"n":3}\n', '{"n":3}\n{"n":2}\n')],
  ] as const)('of %s sends number %i after the next one', async (frames, event, body, expected) => {
    const result = await faulted(eventReorder, { kind: 'event-reorder', event }, body, { frames })
    expect(result).toEqual({ text: expected, ending: undefined, fired: 1, waits: [] })
    expect(expected).not.toBe(body)
  })

  it('sends the last event in its place, and has not acted', async () => {
    const result = await faulted(eventReorder, { kind: 'event-reorder', event: 3 }, EVENTS)
    expect(result).toMatchObject({ text: EVENTS, fired: 0 })
  })

  it.each([
    ['events', 'data: a\n\n: hi\n\ndata: b', ': hi\n\ndata: a\n\ndata: b'],
    ['lines', '{"n":1}\n{"n":2}', '{"n":1}\n{"n":2}'],
  ] as const)('of %s sends the event before an incomplete one: %j', async (frames, body, text) => {
    const fault = { kind: 'event-reorder', event: 1 } as const
    expect(await faulted(eventReorder, fault, body, { frames })).toMatchObject({ text, fired: 0 })
  })

  it('loses no event where the body fails before the next one', async () => {
    const failure = new Error('the source has failed')
    async function* failing() {
      yield Buffer.from('data: a\n\ndata: b')
      throw failure
    }
    const scene = sceneOf({ frames: 'events' })
    const body = eventReorder.body?.({ kind: 'event-reorder', event: 1 }, failing(), scene)
    expect(await textOf(body)).toEqual({ text: 'data: a\n\ndata: b', error: failure })
    expect(scene.fired).toBe(0)
  })
})
