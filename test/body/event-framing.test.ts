import { describe, expect, it } from 'vitest'
import { EventFraming, type EventFramingOptions } from '../../src/body/event-framing.js'
import type { ServerSentEvent } from '../../src/http/event-stream.js'
import { StreamError } from '../../src/http/stream-error.js'
import { parseEvents } from '../fixture/event-client.js'

const OPTIONS = {
  retry: undefined,
  errorEvent: 'error',
  lastEventId: undefined,
  now: () => Date.UTC(2026, 0, 1),
}
const framingWith = (options: Partial<EventFramingOptions> = {}) =>
  EventFraming.ofItems({ ...OPTIONS, ...options })
const FINAL = new StreamError({ type: 'quota', status: 429 }, 'Quota exceeded')
const RETRYABLE = new StreamError({ type: 'busy', retryable: true }, 'Busy')

describe('EventFraming (HTML §9.2.5)', () => {
  it.each([
    { retry: undefined, opening: '' },
    { retry: 0, opening: 'retry: 0\n\n' },
    { retry: 1500, opening: 'retry: 1500\n\n' },
  ])('opens a stream whose retry is $retry with $opening', ({ retry, opening }) => {
    expect(framingWith({ retry }).opening).toBe(opening)
  })

  it('sends a comment as heartbeat, which parsers ignore', () => {
    const { heartbeat, contentType } = framingWith()
    expect(parseEvents(heartbeat)).toEqual([])
    expect(contentType).toBe('text/event-stream; charset=utf-8')
  })

  it.each([
    { item: 'text', text: 'data: text\n\n' },
    { item: '', text: 'data: \n\n' },
    {
      item: { id: 0, event: 'tick', data: { n: 1 } },
      text: 'id: 0\nevent: tick\ndata: {"n":1}\n\n',
    },
  ])('serializes $item', ({ item, text }) => expect(framingWith().frame(item)).toBe(text))

  it.each<[item: unknown, member: string]>([
    [null, 'event'],
    [undefined, 'event'],
    [1, 'event'],
    [() => {}, 'event'],
    [new Uint8Array(2), 'event'],
    [{}, 'event'],
    [{ name: 'tick' }, 'name'],
    [{ id: 'a:end' }, 'id'],
    [{ id: 'a:failed' }, 'id'],
    [{ id: 'a\nb' }, 'id'],
  ])('throws BAD_EVENT for %j and names the member %s', (item, member) => {
    const refused = expect.objectContaining({ code: 'BAD_EVENT', facts: { member } })
    expect(() => framingWith().frame(item as string)).toThrow(refused)
  })

  it.each([
    { what: 'no id at all', lastEventId: undefined, ids: [], id: ':end' },
    { what: 'the Last-Event-ID of the request', lastEventId: '7', ids: [], id: '7:end' },
    { what: 'the last id that was sent', lastEventId: '7', ids: [8, undefined], id: '8:end' },
    { what: 'an id that was reset', lastEventId: '7', ids: [''], id: ':end' },
  ])('ends with an id made from $what', ({ lastEventId, ids, id }) => {
    const framing = framingWith({ lastEventId })
    for (const each of ids) framing.frame(each === undefined ? 'x' : { id: each, data: 'x' })
    const data = JSON.stringify({ size: ids.length })
    expect(parseEvents(framing.end())).toEqual([{ id, event: 'end', data }])
  })

  it('ends a failed stream with a terminal id if the failure is final', () => {
    const framing = framingWith({ errorEvent: 'failure' })
    framing.frame({ id: 3, data: 'x' })
    framing.flushed()
    framing.frame({ id: 4, data: 'not sent' })
    const [event] = parseEvents(framing.failure(FINAL))
    expect(event).toMatchObject({ id: '3:failed', event: 'failure' })
    expect(JSON.parse(event?.data ?? '')).toEqual({
      ...{ type: 'quota', message: 'Quota exceeded', code: 429, retryable: false },
      ...{ timestamp: '2026-01-01T00:00:00.000Z', offset: 1 },
    })
  })

  it.each([
    ['an id with a line feed', { id: 'a\nb', data: 'x' }],
    ['an id with a carriage return', { id: 'a\rb' }],
    ['an id with a NUL', { id: 'a\0b' }],
    ['the id of a terminal frame', { id: '1:end', data: 'x' }],
    ['an id that is null', { id: null, data: 'x' }],
    ['an id that is NaN', { id: Number.NaN, data: 'x' }],
    ['an id that is a symbol', { id: Symbol('id'), data: 'x' }],
    ['a name that is no string', { id: 4, event: 5 }],
    ['a comment that is no string', { id: 4, comment: Symbol('c') }],
    ['a retry that is a bigint', { id: 4, retry: 5n }],
    ['data that is a promise', { id: 4, data: Promise.resolve() }],
    ['data that is a bigint', { id: 4, data: 1n }],
    ['data whose toJSON throws', { id: 4, data: { toJSON: () => JSON.parse('{') } }],
  ])('refuses %s, and describes the failure by the last event that was sent', (_case, event) => {
    const framing = framingWith({ errorEvent: 'failure' })
    framing.frame({ id: 3, data: 'x' })
    framing.flushed()
    expect(() => framing.frame(event as unknown as ServerSentEvent)).toThrow()
    const [failed] = parseEvents(framing.failure(FINAL))
    expect(failed?.id).toBe('3:failed')
    expect(JSON.parse(failed?.data ?? '')).toMatchObject({ offset: 1 })
  })

  it('sends an id that is a bigint', () => {
    expect(framingWith({}).frame({ id: 2n ** 60n, data: 'x' })).toContain(
      'id: 1152921504606846976\n',
    )
  })

  it('ends a failed stream without an id if the failure is retryable', () => {
    const [event] = parseEvents(framingWith({ lastEventId: '3' }).failure(RETRYABLE))
    expect(event?.id).toBeUndefined()
  })

  it.each([
    { lastEventId: undefined, retryable: false },
    { lastEventId: '3', retryable: true },
  ])('marks an unknown error after the id $lastEventId as retryable: $retryable', (row) => {
    const [event] = parseEvents(framingWith(row).failure(new Error('internal')))
    expect(JSON.parse(event?.data ?? '')).toMatchObject({ retryable: row.retryable })
  })
})
