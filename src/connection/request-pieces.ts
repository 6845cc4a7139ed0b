/** The end of a header section: an empty line (RFC 9112 §2.1). */
const EMPTY_LINE = Buffer.from('\n\r\n')

/**
 * The end of the longest piece at the start of received bytes that contains at most `count` empty lines, each of
 * which may end a header section. A body with empty lines is divided too, which changes none of its bytes.
 */
export function endOfPiece(bytes: Buffer, count: number): number {
  let end = 0
  for (let found = 0; found < count; found++) {
    const next = bytes.indexOf(EMPTY_LINE, end)
    if (next === -1) return bytes.length
    end = next + EMPTY_LINE.length
  }
  return end
}

export function endsWithEmptyLine(bytes: Buffer): boolean {
  return bytes.subarray(-EMPTY_LINE.length).equals(EMPTY_LINE)
}
