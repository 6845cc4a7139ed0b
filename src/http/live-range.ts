/** A range that ends where a growing file will end (RFC 8673 §2.2). */
export interface LiveRange {
  readonly start: number
  /** The last-byte-pos as it was received: it may be larger than a number can be, and is sent back as it is. */
  readonly last: string
}

/**
 * The smallest last-byte-pos that asks for the bytes to come: that of the examples in RFC 8673 §2.2. Clients send
 * 2^53 - 1 (§5). No client asks for a part of so many bytes at once otherwise.
 */
export const LEAST_LIVE_LAST = 999_999_999_999n

/** The last-byte-pos that our own client sends (RFC 8673 §5). */
export const LIVE_LAST = '9007199254740991'

/**
 * Parses a Range field that asks for a growing file of `size` bytes and the bytes to come: one range from a byte
 * that the file has, or from its end, to a very large position. undefined for every other field.
 */
export function parseLiveRange(field: string | undefined, size: number): LiveRange | undefined {
  const [, first, last] = /^bytes=\s*(\d{1,16})-(\d{1,100})\s*$/i.exec(field ?? '') ?? []
  if (first === undefined || last === undefined) return undefined
  const end = BigInt(last)
  // A file of a terabyte is read in parts that are smaller than itself.
  if (end < LEAST_LIVE_LAST || end < BigInt(size) * 2n || Number(first) > size) return undefined
  return { start: Number(first), last }
}
