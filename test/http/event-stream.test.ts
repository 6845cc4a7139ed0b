import { createParser, type EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatEvent,
  formatEventWithoutId,
  type ServerSentEvent,
} from '../../src/http/event-stream.js'

function parsed(text: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = []
  createParser({ onEvent: (event) => void events.push(event) }).feed(text)
  return events
}

describe('formatEvent', () => {
  it.each<[ServerSentEvent, string]>([
    [{ data: 'x' }, 'data: x\n\n'],
    [{ id: 0, data: '' }, 'id: 0\ndata: \n\n'],
    [{ id: '0', event: 'tick', data: { n: 1 } }, 'id: 0\nevent: tick\ndata: {"n":1}\n\n'],
    [{ retry: 0 }, 'retry: 0\n\n'],
    [{ data: 'a\r\nb\rc\nd' }, 'data: a\ndata: b\ndata: c\ndata: d\n\n'],
    [{ comment: 'a\ndata: b' }, ': a\n: data: b\n\n'],
    [{ data: null }, 'data: null\n\n'],
  ])('serializes %j (HTML §9.2.5)', (event, text) => expect(formatEvent(event)).toBe(text))

  it.each<[object, string]>([
    [{ id: 'a\nb' }, 'id'],
    [{ id: 'a\0' }, 'id'],
    [{ event: 'a\rb' }, 'event'],
    [{ retry: -1 }, 'retry'],
    [{ retry: 1.5 }, 'retry'],
    [{ retry: 'soon' }, 'retry'],
    [{ id: null }, 'id'],
    [{ id: Number.NaN }, 'id'],
    [{ event: 1 }, 'event'],
    [{ comment: {} }, 'comment'],
    [{ data: () => 1 }, 'data'],
    [{ name: 'tick' }, 'name'],
    [{}, 'event'],
  ])('throws BAD_EVENT for %j and names the member %s', (event, member) => {
    const refused = expect.objectContaining({ code: 'BAD_EVENT', facts: { member } })
    expect(() => formatEvent(event as ServerSentEvent)).toThrow(refused)
  })

  it('prevents injection: an independent parser finds exactly the one event that was serialized', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('\r', '\n', '\0', ':', ' ', 'id: 9', 'data: x', 'é'))
        .map((parts) => parts.join('')),
    )
    const line = text.map((value) => value.replace(/[\r\n\0]/g, ''))
    fc.assert(
      fc.property(line, line, text, (id, event, data) => {
        const [found, ...others] = parsed(formatEvent({ id, event, data }))
        expect(others).toEqual([])
        expect(found?.id).toBe(id)
        expect(found?.event ?? '').toBe(event)
        expect(found?.data).toBe(data.replace(/\r\n|\r/g, '\n'))
      }),
    )
  })
})

describe('formatEventWithoutId', () => {
  it.each<[event: ServerSentEvent, text: string]>([
    [{ id: 1, event: 'tick', data: 'x' }, 'event: tick\ndata: x\n\n'],
    [{ data: 'x' }, 'data: x\n\n'],
    [{ id: 'alone' }, '\n'],
  ])('serializes %j', (event, text) => expect(formatEventWithoutId(event)).toBe(text))

  it.each([{}, { id: Number.NaN, data: 'x' }, { name: 'x' }])('refuses %j', (event) => {
    expect(() => formatEventWithoutId(event as object)).toThrow(
      expect.objectContaining({ code: 'BAD_EVENT' }),
    )
  })
})
