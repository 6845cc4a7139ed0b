import type { Slice } from './byte-range.js'
import { LEAST_LIVE_LAST } from './live-range.js'

/** A parsed Content-Range header field. `total` is undefined if the sender did not know it (`*`). */
export type ContentRange =
  | { readonly kind: 'slice'; readonly slice: Slice; readonly total: number | undefined }
  | { readonly kind: 'unsatisfied'; readonly total: number }

/** Larger positions can't be represented exactly. */
const LARGEST = Number.MAX_SAFE_INTEGER

/** `bytes 0-499/1234` for the slice [0, 500) of 1234 bytes (RFC 9110 §14.4); `*`: of a length that is not known. */
export function formatContentRange(slice: Slice, total: number | '*'): string {
  return `bytes ${slice.start}-${slice.end - 1}/${total}`
}

/** The Content-Range of a 416 response, with an asterisk for the range (RFC 9110 §15.5.17). */
export function formatUnsatisfiedRange(total: number): string {
  return `bytes */${total}`
}

/**
 * Parses a Content-Range header field. undefined if it is malformed or contradicts itself: RFC 9110
 * §14.4 forbids a recipient to recombine such a response.
 */
export function parseContentRange(field: string | undefined): ContentRange | undefined {
  const [, first, last, total] =
    /^\s*bytes\s+(?:(\d+)-(\d+)|\*)\/(\d+|\*)\s*$/i.exec(field ?? '') ?? []
  if (total === undefined) return undefined
  const size = total === '*' ? undefined : Number(total)
  if (size !== undefined && size > LARGEST) return undefined
  if (first === undefined || last === undefined) {
    return size === undefined ? undefined : { kind: 'unsatisfied', total: size }
  }
  const slice = { start: Number(first), end: Number(last) + 1 }
  const isConsistent = slice.start < slice.end && slice.end <= (size ?? LARGEST)
  return isConsistent ? { kind: 'slice', slice, total: size } : undefined
}

/** Whether a Content-Range field is one of a response that goes on while the file grows (RFC 8673 §2.2). */
export function isEndless(field: string | undefined): boolean {
  const [, last] = /^\s*bytes\s+\d+-(\d+)\/\*\s*$/i.exec(field ?? '') ?? []
  return last !== undefined && BigInt(last) >= LEAST_LIVE_LAST
}
