import type { RequestEntry } from '../../fault/request-entry.js'
import { parseContentRange } from '../../http/content-range.js'

/** The first byte that a request asks for: 0 without a Range; undefined for a suffix or several ranges. */
export function requestedStart({ range }: Pick<RequestEntry, 'range'>): number | undefined {
  if (range === null) return 0
  const first = /^\s*bytes\s*=\s*(\d+)-\d*\s*$/i.exec(range)?.[1]
  return first === undefined ? undefined : Number(first)
}

/** The first byte that a response had; undefined for an error, and for several parts. */
export function sentStart({ status, contentRange }: RequestEntry): number | undefined {
  if (status === 200) return 0
  if (status !== 206) return undefined
  const sent = parseContentRange(contentRange ?? undefined)
  return sent?.kind === 'slice' ? sent.slice.start : undefined
}

/** A request for the rest of a representation, from a byte other than the first. */
export function isResume(entry: RequestEntry): boolean {
  return entry.method === 'GET' && (requestedStart(entry) ?? 0) > 0
}

/** What identifies the representation of a request. */
export function targetOf({ path, query }: RequestEntry): string {
  return path + query
}

/** `0, 500 and 900`, or the words for none. */
export function listText(values: readonly unknown[], none: string): string {
  if (values.length === 0) return none
  const texts = values.map(String)
  return texts.length === 1 ? `${texts[0]}` : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`
}
