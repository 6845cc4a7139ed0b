import { LastbyteError } from '../errors.js'

/** The media type of an event stream (HTML Living Standard §9.2.5). */
export const EVENT_STREAM_TYPE = 'text/event-stream'

/** One event as an application gives it. A member that is absent is not sent; `0` is. */
export interface ServerSentEvent {
  /** What a client says in Last-Event-ID when it goes on. No CR, LF or NUL; `''` forgets it. */
  readonly id?: string | number
  /** The event's name; `message` to the client where it is absent. No CR, LF or NUL. */
  readonly event?: string
  /** A string as it is, its line ends as LF; anything else as JSON. */
  readonly data?: unknown
  /** ms after which a client that was cut off asks again. */
  readonly retry?: number
  /** For whoever reads the wire; clients pass it over. */
  readonly comment?: string
}

const MEMBERS = new Set(['id', 'event', 'data', 'retry', 'comment'])
/** What ends a line, or makes a client ignore an id. */
const BREAKS_A_FIELD = /[\r\n\0]/
const LINE_END = /\r\n|\r|\n/
const HAS_LINE_END = /[\r\n]/

/**
 * An event as it stands on the wire, with the blank line that ends it (HTML Living Standard §9.2.5).
 * Nothing in it can become a field or an event of its own.
 *
 * @throws LastbyteError BAD_EVENT, naming the member and what it wants
 */
export function formatEvent(event: ServerSentEvent): string {
  for (const name in event) {
    if (!MEMBERS.has(name)) throw bad(name, `is not known; known are ${[...MEMBERS].join(', ')}`)
  }
  const { id, event: name, data, retry, comment } = event
  let text = comment === undefined ? '' : lines(':', comment)
  if (id !== undefined) text += field('id', String(id))
  if (name !== undefined) text += field('event', name)
  if (retry !== undefined) text += field('retry', milliseconds(retry))
  if (data !== undefined) text += typeof data === 'string' ? lines('data:', data) : json(data)
  if (text === '') throw bad('event', 'wants one member at least')
  return `${text}\n`
}

function field(name: 'id' | 'event' | 'retry', value: string): string {
  if (BREAKS_A_FIELD.test(value)) throw bad(name, 'wants no CR, LF or NUL')
  return `${name}: ${value}\n`
}

function milliseconds(retry: number): string {
  if (!Number.isSafeInteger(retry) || retry < 0) throw bad('retry', 'wants whole ms of 0 or more')
  return String(retry)
}

function lines(prefix: ':' | 'data:', text: string): string {
  if (!HAS_LINE_END.test(text)) return `${prefix} ${text}\n`
  return text
    .split(LINE_END)
    .map((line) => `${prefix} ${line}\n`)
    .join('')
}

/** One line: JSON escapes what would end it. */
function json(data: unknown): string {
  const text: string | undefined = JSON.stringify(data)
  if (text === undefined) throw bad('data', 'wants a string, or what JSON can tell')
  return `data: ${text}\n`
}

function bad(member: string, why: string): LastbyteError {
  return new LastbyteError('BAD_EVENT', `Cannot send event: ${member}: ${why}`, { member })
}
