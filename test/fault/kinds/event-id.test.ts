import { describe, expect, it } from 'vitest'
import { settleFault } from '../../../src/fault/fault-rule.js'
import { type EventId, eventId } from '../../../src/fault/kinds/event-id.js'
import { EVENTS, faulted, ROWS } from '../../fixture/event-bodies.js'

describe('The fault event-id', () => {
  it.each<[Omit<EventId, 'kind'>, string, string]>([
    [{ event: 2, as: 'changed' }, 'id: 2\n', 'id: wrong\n'],
    [{ event: 2, as: 'changed', value: '99' }, 'id: 2\n', 'id: 99\n'],
    [{ id: 2, as: 'nul' }, 'id: 2\n', 'id: 2\0\n'],
    [{ event: 2, as: 'missing' }, 'id: 2\n', ''],
    [{ event: 2, as: 'repeated' }, 'id: 2\n', 'id: 1\n'],
    [{ event: 3, as: 'repeated' }, 'data: c\n', 'data: c\nid: 2\n'],
    [{ event: 3, as: 'nul' }, 'data: c\n', 'data: c\nid: \0\n'],
  ])('%j sends %j as %j', async (fault, old, instead) => {
    const result = await faulted(eventId, { kind: 'event-id', ...fault }, EVENTS)
    expect(result).toMatchObject({ text: EVENTS.replace(old, instead), fired: 1 })
  })

  it.each([
    ['id: 1\ndata: a\n\nid: 2\0\ndata: b\n\ndata: c\n\n', 'id: 1'],
    ['id: 1\ndata: a\n\nid: 2\n\ndata: c\n\n', 'id: 2'],
  ])('repeats the id that a client has: of %j %j', async (body, id) => {
    const event = body.split('data').length - 1
    const result = await faulted(eventId, { kind: 'event-id', event, as: 'repeated' }, body)
    expect(result).toMatchObject({ text: body.replace('data: c\n', `data: c\n${id}\n`), fired: 1 })
  })

  it.each<Omit<EventId, 'kind'>>([
    { event: 1, as: 'repeated' },
    { event: 3, as: 'missing' },
  ])('%j does nothing where there is no such id', async (fault) => {
    const result = await faulted(eventId, { kind: 'event-id', ...fault }, EVENTS)
    expect(result).toMatchObject({ text: EVENTS, fired: 0 })
  })

  it('does nothing in NDJSON', async () => {
    const fault = { kind: 'event-id', event: 1, as: 'changed' } as const
    const result = await faulted(eventId, fault, ROWS, { frames: 'lines' })
    expect(result).toMatchObject({ text: ROWS, fired: 0 })
  })

  it.each([
    [{ as: 'changed', value: 'a\nb' }, /fault\.value: expected a text without CR, LF and NUL/],
    [{ as: 'missing', value: 'a' }, /fault\.as: expected "changed", which "value" needs/],
  ])('refuses %j', (members, message) => {
    expect(() => settleFault({ kind: 'event-id', event: 1, ...members }, 'fault')).toThrow(message)
  })
})
