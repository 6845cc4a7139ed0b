import { describe, expect, it } from 'vitest'
import { type EventCut, eventCut } from '../../../src/fault/kinds/event-cut.js'
import { EVENTS, faulted, ROWS } from '../../fixture/event-bodies.js'

const FIRST = 'retry: 10\n\n: hi\nid: 1\ndata: a\n\n:\n\n'

describe('The fault event-cut', () => {
  it.each<[Omit<EventCut, 'kind'>, string, string | undefined]>([
    [{ event: 2 }, `${FIRST}id: 2\nevent: b\ndata: b1\ndata: b2\n`, 'cut'],
    [{ event: 2, where: 'before' }, FIRST, 'cut'],
    [{ event: 2, where: 'middle' }, `${FIRST}id: 2\nevent: b\nda`, 'cut'],
    [{ id: 2, where: 'before', ending: 'reset' }, FIRST, 'reset'],
    [{ event: 2, where: 'before', ending: 'complete' }, FIRST, undefined],
    [{ event: 1, where: 'before' }, 'retry: 10\n\n', 'cut'],
  ])('%j sends %j and then ends by %s', async (fault, text, ending) => {
    const result = await faulted(eventCut, { kind: 'event-cut', ...fault }, EVENTS)
    expect(result).toEqual({ text, ending, fired: 1, waits: [] })
  })

  it.each<[Omit<EventCut, 'kind'>, string]>([
    [{ event: 2 }, '{"n":1}\n{"type":"heartbeat"}\n\n{"n":2}'],
    [{ event: 2, where: 'middle' }, '{"n":1}\n{"type":"heartbeat"}\n\n{"n"'],
  ])('%j ends rows after %j', async (fault, text) => {
    const result = await faulted(eventCut, { kind: 'event-cut', ...fault }, ROWS, {
      frames: 'lines',
    })
    expect(result).toMatchObject({ text, ending: 'cut', fired: 1 })
  })

  it('does nothing where the event is absent', async () => {
    const result = await faulted(eventCut, { kind: 'event-cut', event: 9 }, EVENTS)
    expect(result).toEqual({ text: EVENTS, ending: undefined, fired: 0, waits: [] })
  })

  it('leaves a naive client no complete event before the cut, with CRLF as well', async () => {
    const body = EVENTS.replaceAll('\n', '\r\n')
    const result = await faulted(eventCut, { kind: 'event-cut', event: 1 }, body)
    expect(result?.text).toBe('retry: 10\r\n\r\n: hi\r\nid: 1\r\ndata: a\r\n')
  })
})
