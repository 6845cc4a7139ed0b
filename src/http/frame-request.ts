import { LastbyteError } from '../errors.js'
import type { Slice } from './byte-range.js'
import { parseStreamId } from './stream-id.js'

/** The query parameters of a request for frames. Positions are half-open: `[start, end)`. */
export interface FrameQuery {
  readonly start: number | undefined
  readonly end: number | undefined
  readonly encoding: 'base64' | 'utf-8'
  /** Whether the response continues with bytes that are appended to the file later. */
  readonly follow: 'no' | 'yes'
  /** The other parameters, with the question mark; they belong to the source. */
  readonly rest: string
}

export type ParsedFrameQuery =
  | ({ readonly kind: 'valid' } & FrameQuery)
  | { readonly kind: 'malformed'; readonly reason: string; readonly rest: string }

const NAMES = new Set(['start', 'end', 'encoding', 'follow'])
const FOLLOW_VALUES = new Map([
  ['0', 'no'],
  ['1', 'yes'],
] as const)

/** Parses the query of a request for frames. Unknown parameters are left in `rest`. */
export function parseFrameQuery(query: string): ParsedFrameQuery {
  const own = new Map<string, string>()
  const others: string[] = []
  let repeated: string | undefined
  for (const part of query.replace(/^\?/, '').split('&')) {
    const [name = '', value = ''] = part.split('=', 2)
    if (!NAMES.has(name)) others.push(part)
    else if (own.has(name)) repeated = name
    else own.set(name, value)
  }
  const kept = others.filter((part) => part !== '').join('&')
  const rest = kept === '' ? '' : `?${kept}`
  const malformed = (reason: string) => ({ kind: 'malformed', reason, rest }) as const

  if (repeated !== undefined) return malformed(`${repeated}: given more than once.`)
  const { encoding = 'base64', follow = '0', ...positions } = Object.fromEntries(own)
  if (encoding !== 'base64' && encoding !== 'utf-8') {
    return malformed('encoding: expected base64 or utf-8.')
  }
  const followed = FOLLOW_VALUES.get(follow as '0')
  if (followed === undefined) return malformed('follow: expected 0 or 1.')
  const invalid = Object.entries(positions).find(([, value]) => !/^\d{1,15}$/.test(value))
  if (invalid !== undefined) return malformed(`${invalid[0]}: expected a number of bytes.`)
  const start = positions.start === undefined ? undefined : Number(positions.start)
  const end = positions.end === undefined ? undefined : Number(positions.end)
  if (end !== undefined && (start ?? 0) > end)
    return malformed('end: expected an offset not below start.')
  if (end !== undefined && followed === 'yes') {
    return malformed('end: not allowed together with follow=1.')
  }
  return { kind: 'valid', start, end, encoding, follow: followed, rest }
}

/** The bytes that a request for frames selects. */
export type FrameSelection =
  /** `slice`: the selected bytes; `next`: the first byte to send, within or at the end of `slice`. */
  | { readonly kind: 'selected'; readonly slice: Slice; readonly next: number }
  /** Last-Event-ID names another version of the representation. */
  | { readonly kind: 'gone'; readonly slice: Slice; readonly next: number; readonly why: Error }
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'unsatisfiable' }

/**
 * Selects the bytes for frames whose entity tag is `etag`. Last-Event-ID names a version and an offset
 * to resume at; an offset of another version is not valid in this one.
 */
export function selectFrames(
  { start = 0, end = Number.POSITIVE_INFINITY }: Pick<FrameQuery, 'start' | 'end'>,
  lastEventId: string | undefined,
  { etag, size }: { readonly etag: string | undefined; readonly size: number },
): FrameSelection {
  const position = lastEventId === undefined ? undefined : parseStreamId(lastEventId)
  if (position !== undefined && position.kind !== 'position') {
    return { kind: 'malformed', reason: 'Last-Event-ID: expected an id of this stream.' }
  }
  const next = position?.offset ?? start
  const slice = { start, end: Math.min(end, size) }
  if (position !== undefined && position.etag !== etag) {
    const message = 'Cannot resume the frames: Last-Event-ID names another version'
    return { kind: 'gone', slice, next, why: new LastbyteError('REPRESENTATION_CHANGED', message) }
  }
  if (start > size) return { kind: 'unsatisfiable' }
  if (next < slice.start || next > slice.end) {
    return { kind: 'malformed', reason: 'Last-Event-ID: expected an offset within start and end.' }
  }
  return { kind: 'selected', slice, next }
}
