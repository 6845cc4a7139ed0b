/** The position in a framed representation that a Last-Event-ID names. */
export type StreamPosition =
  | { readonly kind: 'position'; readonly etag: string; readonly offset: number }
  /** The client has received a terminal frame: there is nothing to resume. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'malformed' }

/** The suffix of a terminal frame's id. */
export type TerminalSuffix = 'end' | 'failed'

/** The id of a data frame that is followed by the byte at offset `next`: `"etag":1024`. */
export function formatStreamId(etag: string, next: number): string {
  return `${etag}:${next}`
}

/** The id of a terminal frame: the id of the frame before it, with a suffix. */
export function terminalId(last: string, suffix: TerminalSuffix): string {
  return `${last}:${suffix}`
}

/** Whether a client that sends this Last-Event-ID has received a terminal frame. */
export function isTerminalId(id: string): boolean {
  return id.endsWith(':end') || id.endsWith(':failed')
}

/** Parses the id of a frame of a representation. */
export function parseStreamId(id: string): StreamPosition {
  if (isTerminalId(id)) return { kind: 'ended' }
  const [, etag, digits] = /^("[^"]*"):(\d{1,16})$/.exec(id) ?? []
  const offset = Number(digits)
  if (etag === undefined || !Number.isSafeInteger(offset)) return { kind: 'malformed' }
  return { kind: 'position', etag, offset }
}

/**
 * Decodes a Last-Event-ID header field. EventSource sends it in UTF-8 (HTML Living Standard §9.2.3),
 * but Node decodes header fields as Latin-1. undefined if the field is absent or empty.
 */
export function decodeLastEventId(
  field: string | readonly string[] | undefined,
): string | undefined {
  if (typeof field !== 'string' || field === '') return undefined
  const bytes = Uint8Array.from(field, (character) => character.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}
