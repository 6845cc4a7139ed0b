import { LastbyteError } from '../errors.js'
import { jsonText } from './json-text.js'

/** The media type of an event stream (HTML Living Standard §9.2.5). */
export const EVENT_STREAM_TYPE = 'text/event-stream'

/**
 * One Server-Sent Event (HTML Living Standard §9.2) that an application yields. At least one member is
 * required; an absent member is not sent, while `0` and `''` are. An invalid event ends the stream with
 * an `error` event (`BAD_EVENT`).
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import fastify from 'fastify'
 * import lastbyte, { type ServerSentEvent } from 'lastbyte'
 *
 * const event: ServerSentEvent = { id: 7, event: 'tick', data: { n: 1 } }
 * const app = fastify()
 * await app.register(lastbyte, { serve: false })
 * app.get('/events', (_request, reply) => reply.eventStream([event]))
 * const origin = await app.listen({ port: 0, host: '127.0.0.1' })
 * const text = await (await fetch(`${origin}/events`)).text()
 * assert.match(text, /id: 7\nevent: tick\ndata: \{"n":1\}\n\n/)
 * await app.close()
 * ```
 */
export interface ServerSentEvent {
  /**
   * The event's id, which the client sends in Last-Event-ID when it reconnects. `''` resets it. No CR,
   * LF or NUL; no `:end` or `:failed` at its end, which mark our terminal frames.
   */
  readonly id?: string | number | bigint
  /** The event's name, without CR, LF or NUL. @default 'message' at the client */
  readonly event?: string
  /** A string is sent as it is, with each line end as LF; any other value is sent as JSON. */
  readonly data?: unknown
  /** ms that the client waits before it reconnects: an integer of 0 or more. */
  readonly retry?: number
  /** A comment, which clients ignore. */
  readonly comment?: string
}

const MEMBERS = new Set(['id', 'event', 'data', 'retry', 'comment'])
/** CR and LF end a field; a client ignores an id with a NUL. */
const FORBIDDEN_IN_FIELD = /[\r\n\0]/
const LINE_END = /\r\n|\r|\n/
const HAS_LINE_END = /[\r\n]/

/**
 * Serializes an event with the blank line that ends it (HTML Living Standard §9.2.5). No value can
 * inject a field or an event of its own.
 *
 * @throws LastbyteError BAD_EVENT; `facts.member` names the invalid member
 */
export function formatEvent(event: ServerSentEvent): string {
  const { id } = event
  return formatMembers(event, id === undefined ? '' : field('id', formatEventId(id)))
}

/** The same without the line of the id, which the caller puts before it. */
export function formatEventWithoutId(event: ServerSentEvent): string {
  const { id } = event
  if (id !== undefined) formatEventId(id)
  return formatMembers(event, '')
}

function formatMembers(event: ServerSentEvent, idLine: string): string {
  for (const name in event) {
    if (!MEMBERS.has(name)) {
      throw invalid(name, `unknown member; expected one of ${[...MEMBERS].join(', ')}`)
    }
  }
  const { event: name, data, retry, comment } = event
  let text = comment === undefined ? '' : lines(':', textOf('comment', comment))
  text += idLine
  if (name !== undefined) text += field('event', name)
  if (retry !== undefined) text += field('retry', milliseconds(retry))
  if (data !== undefined) text += typeof data === 'string' ? lines('data:', data) : json(data)
  if (text === '' && event.id === undefined) {
    throw invalid('event', 'expected at least one member; received none')
  }
  return `${text}\n`
}

function field(name: 'id' | 'event' | 'retry', value: string): string {
  if (FORBIDDEN_IN_FIELD.test(textOf(name, value))) {
    throw invalid(name, `expected text without CR, LF and NUL; received ${JSON.stringify(value)}`)
  }
  return `${name}: ${value}\n`
}

/** An id as it is sent. @throws LastbyteError BAD_EVENT */
export function formatEventId(id: unknown): string {
  if (typeof id === 'string') return id
  if (typeof id === 'bigint' || Number.isFinite(id)) return String(id)
  throw invalid('id', `expected a string or a finite number; received ${kindOf(id)}`)
}

function milliseconds(retry: unknown): string {
  if (!Number.isSafeInteger(retry) || Number(retry) < 0) {
    const received = typeof retry === 'number' ? retry : kindOf(retry)
    throw invalid('retry', `expected an integer of ms from 0; received ${received}`)
  }
  return String(retry)
}

function textOf(member: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw invalid(member, `expected a string; received ${kindOf(value)}`)
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return String(value)
  return value === null ? 'null' : `a value of type ${typeof value}`
}

function lines(prefix: ':' | 'data:', text: string): string {
  if (!HAS_LINE_END.test(text)) return `${prefix} ${text}\n`
  return text
    .split(LINE_END)
    .map((line) => `${prefix} ${line}\n`)
    .join('')
}

/** Always one line: JSON escapes CR and LF. */
function json(data: unknown): string {
  const result = jsonText(data)
  if (result.kind === 'json') return `data: ${result.text}\n`
  throw invalid('data', `expected a string or a JSON value; received a ${result.received}`)
}

function invalid(member: string, reason: string): LastbyteError {
  return new LastbyteError('BAD_EVENT', `Cannot send the event: ${member}: ${reason}`, { member })
}
