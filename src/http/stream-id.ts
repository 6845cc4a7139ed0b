/** What a Last-Event-ID tells of where to go on. */
export type StreamPlace =
  | { readonly kind: 'place'; readonly etag: string; readonly offset: number }
  /** A terminal frame has come: there is nothing to go on with. */
  | { readonly kind: 'over' }
  | { readonly kind: 'malformed' }

/** How the id of a terminal frame ends. */
export type Terminal = 'end' | 'failed'

/** The id of a frame after which the byte at `next` follows: `"etag":1024`. */
export function formatStreamId(etag: string, next: number): string {
  return `${etag}:${next}`
}

/** The id of a terminal frame, after the one that came last. */
export function terminalId(last: string, terminal: Terminal): string {
  return `${last}:${terminal}`
}

/** Whether a client that says this in Last-Event-ID has had a terminal frame. */
export function isTerminalId(id: string): boolean {
  return id.endsWith(':end') || id.endsWith(':failed')
}

/** Parses the id of a frame of a representation. */
export function parseStreamId(id: string): StreamPlace {
  if (isTerminalId(id)) return { kind: 'over' }
  const [, etag, digits] = /^("[^"]*"):(\d{1,16})$/.exec(id) ?? []
  const offset = Number(digits)
  if (etag === undefined || !Number.isSafeInteger(offset)) return { kind: 'malformed' }
  return { kind: 'place', etag, offset }
}

/** A Last-Event-ID as it was meant: it goes over the wire in UTF-8, and fields are read in latin1. */
export function lastEventIdOf(field: string | readonly string[] | undefined): string | undefined {
  if (typeof field !== 'string' || field === '') return undefined
  const bytes = Uint8Array.from(field, (character) => character.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}
