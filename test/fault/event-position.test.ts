import { describe, expect, it } from 'vitest'
import { atEvent, type EventPosition } from '../../src/fault/event-position.js'
import { FAULT_KINDS } from '../../src/fault/fault-kinds.js'
import { settleFault } from '../../src/fault/fault-rule.js'
import { KIND_HELP } from '../../src/fault/kind-help.js'
import { EVENTS, ROWS, reusedChunks, textOf } from '../fixture/event-bodies.js'
import { sceneOf } from '../fixture/fault-scene.js'

const KINDS = Object.keys(FAULT_KINDS).filter((kind) => kind.startsWith('event-')) as 'event-cut'[]

async function acted(position: EventPosition, body: string, frames?: 'events' | 'lines') {
  const seen: string[] = []
  const chunks = atEvent(
    reusedChunks(body, 3),
    position,
    sceneOf({ frames }),
    async function* (event) {
      seen.push(event.bytes.toString())
      yield event.bytes
      return undefined
    },
  )
  const { text } = await textOf(chunks)
  expect(text).toBe(body)
  return seen
}

describe('a position', () => {
  it.each([
    [{ event: 1 }, [': hi\nid: 1\ndata: a\n\n']],
    [{ event: 3 }, ['data: c\n\n']],
    [{ event: 4 }, []],
    [{ id: '2' }, ['id: 2\nevent: b\ndata: b1\ndata: b2\n\n']],
    [{ id: 1 }, [': hi\nid: 1\ndata: a\n\n']],
    [{ id: '3' }, []],
  ])('%j is that of the event %j', async (position, expected) => {
    expect(await acted(position, EVENTS, 'events')).toEqual(expected)
  })

  it('is that of the first event with an id that several have', async () => {
    const body = 'id: 1\ndata: a\n\nid: 1\ndata: b\n\n'
    expect(await acted({ id: '1' }, body, 'events')).toEqual(['id: 1\ndata: a\n\n'])
  })

  it('is that of a row in NDJSON, and none in another body', async () => {
    expect(await acted({ event: 2 }, ROWS, 'lines')).toEqual(['{"n":2}\n'])
    expect(await acted({ event: 2 }, ROWS)).toEqual([])
  })

  it.each(KINDS)('of %s is a number or an id: one of the two', (kind) => {
    const { event: _event, ...others } = KIND_HELP[kind].example as { event: number }
    const settle = (members: object) => () => settleFault({ ...others, ...members }, 'fault')
    const expected = /fault\.event: expected the number of an event from 1, or "id" instead/
    expect(settle({})).toThrow(expected)
    expect(settle({ event: 1, id: 'a' })).toThrow(expected)
    expect(settle({ event: 0 })).toThrow(/fault\.event: expected a whole number, 1 or more/)
    expect(settle({ id: '' })()).toMatchObject({ id: '' })
    expect(settle({ id: 7 })()).toMatchObject({ id: 7 })
  })

  it('closes the body when its reader stops', async () => {
    let closed = 0
    async function* endless() {
      try {
        for (;;) yield Buffer.from('data: a\n\n')
      } finally {
        closed += 1
      }
    }
    const scene = sceneOf({ frames: 'events' })
    const chunks = atEvent(endless(), { event: 2 }, scene, async function* () {
      yield Buffer.alloc(1)
      return 'end'
    })
    expect((await textOf(chunks)).text).toBe('data: a\n\n\0')
    expect(closed).toBe(1)
  })
})
