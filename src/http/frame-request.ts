import { LastbyteError } from '../errors.js'
import type { Slice } from './byte-range.js'
import { parseStreamId } from './stream-id.js'

/** What a query asks of a representation in frames. Positions are half-open: `[start, end)`. */
export interface FrameQuery {
  readonly start: number | undefined
  readonly end: number | undefined
  readonly encoding: 'base64' | 'utf-8'
  /** Whether what is still written is to come too. */
  readonly follow: 'no' | 'yes'
  /** The rest of the query with its question mark, which is the source's. */
  readonly rest: string
}

export type ParsedFrameQuery =
  | ({ readonly kind: 'asked' } & FrameQuery)
  | { readonly kind: 'malformed'; readonly reason: string; readonly rest: string }

const NAMES = new Set(['start', 'end', 'encoding', 'follow'])
const FOLLOWS = new Map([
  ['0', 'no'],
  ['1', 'yes'],
] as const)

/** Parses the query of a request for frames; names that are not known are left to the source. */
export function parseFrameQuery(query: string): ParsedFrameQuery {
  const own = new Map<string, string>()
  const others: string[] = []
  let twice: string | undefined
  for (const part of query.replace(/^\?/, '').split('&')) {
    const [name = '', value = ''] = part.split('=', 2)
    if (!NAMES.has(name)) others.push(part)
    else if (own.has(name)) twice = name
    else own.set(name, value)
  }
  const left = others.filter((part) => part !== '').join('&')
  const rest = left === '' ? '' : `?${left}`
  const malformed = (reason: string) => ({ kind: 'malformed', reason, rest }) as const

  if (twice !== undefined) return malformed(`${twice} stands in the query more than once.`)
  const { encoding = 'base64', follow = '0', ...places } = Object.fromEntries(own)
  if (encoding !== 'base64' && encoding !== 'utf-8') {
    return malformed('encoding: wants base64 or utf-8.')
  }
  const follows = FOLLOWS.get(follow as '0')
  if (follows === undefined) return malformed('follow: wants 1.')
  const wrong = Object.entries(places).find(([, value]) => !/^\d{1,15}$/.test(value))
  if (wrong !== undefined) return malformed(`${wrong[0]}: wants a number of bytes.`)
  const start = places.start === undefined ? undefined : Number(places.start)
  const end = places.end === undefined ? undefined : Number(places.end)
  if (end !== undefined && (start ?? 0) > end) return malformed('end: wants no less than start.')
  if (end !== undefined && follows === 'yes') return malformed('end: follow has no end.')
  return { kind: 'asked', start, end, encoding, follow: follows, rest }
}

/** The bytes that a request for frames gets. */
export type FrameSelection =
  /** `slice` is what was selected, `next` where to go on in it. */
  | { readonly kind: 'selected'; readonly slice: Slice; readonly next: number }
  /** What the client has begun is no more. */
  | { readonly kind: 'gone'; readonly slice: Slice; readonly next: number; readonly why: Error }
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'unsatisfiable' }

/**
 * Selects the bytes for frames whose entity tag is `etag`. A Last-Event-ID says where to go on: it
 * names a version and a place, and a place of another version is none of this one.
 */
export function selectFrames(
  { start = 0, end = Number.POSITIVE_INFINITY }: Pick<FrameQuery, 'start' | 'end'>,
  lastEventId: string | undefined,
  { etag, size }: { readonly etag: string | undefined; readonly size: number },
): FrameSelection {
  const place = lastEventId === undefined ? undefined : parseStreamId(lastEventId)
  if (place !== undefined && place.kind !== 'place') {
    return { kind: 'malformed', reason: 'Last-Event-ID: wants an id of this stream.' }
  }
  const next = place?.offset ?? start
  const slice = { start, end: Math.min(end, size) }
  if (place !== undefined && place.etag !== etag) {
    const why = new LastbyteError('REPRESENTATION_CHANGED', 'Cannot go on: it is another version')
    return { kind: 'gone', slice, next, why }
  }
  if (start > size) return { kind: 'unsatisfiable' }
  if (next < slice.start || next > slice.end) {
    return { kind: 'malformed', reason: 'Last-Event-ID: wants a place in what is selected.' }
  }
  return { kind: 'selected', slice, next }
}
