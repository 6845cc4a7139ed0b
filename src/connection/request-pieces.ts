/** The end of a header section: an empty line (RFC 9112 §2.1). */
const EMPTY_LINE = Buffer.from('\n\r\n')

/**
 * The last bytes of some and of the piece after them: those that must be kept to find an empty line that begins in them.
 * After a header section, which most pieces end with, they are the same buffer for all connections.
 */
export function lastBytes(before: Buffer, piece: Buffer): Buffer {
  if (endsWithEmptyLine(piece)) return EMPTY_LINE
  const last = Buffer.concat([before, piece.subarray(-EMPTY_LINE.length)])
  return last.subarray(-EMPTY_LINE.length)
}

/**
 * The end of the longest piece at the start of received bytes that contains at most `count` ends of empty lines,
 * each of which may end a header section. A body with empty lines is divided too, which changes none of its bytes.
 *
 * @param before the last bytes before these, as `lastBytes` returns them: an empty line may have begun in them
 */
export function endOfPiece(bytes: Buffer, count: number, before: Buffer): number {
  if (count === 0) return 0
  let end = endOfDivided(bytes, before)
  for (let found = end > 0 ? 1 : 0; found < count; found++) {
    const next = bytes.indexOf(EMPTY_LINE, end)
    if (next === -1) return bytes.length
    end = next + EMPTY_LINE.length
  }
  return end
}

/** The end of an empty line that begins before the bytes; 0 for none. */
function endOfDivided(bytes: Buffer, before: Buffer): number {
  if (endsWithEmptyLine(before)) return 0
  const most = EMPTY_LINE.length - 1
  const start = before.subarray(-most)
  const at = Buffer.concat([start, bytes.subarray(0, most)]).indexOf(EMPTY_LINE)
  return at === -1 ? 0 : at + EMPTY_LINE.length - start.length
}

export function endsWithEmptyLine(bytes: Buffer): boolean {
  return bytes.subarray(-EMPTY_LINE.length).equals(EMPTY_LINE)
}
