import { type Slice, totalLength } from '../http/byte-range.js'
import { formatContentRange } from '../http/content-range.js'
import { fieldValue } from '../http/field-value.js'
import type { Layout, Piece } from './layout.js'

/**
 * The layout of `multipart/byteranges` (RFC 9110 §14.6): the slices in the requested order, each with
 * its own Content-Type and Content-Range. The first delimiter begins with a CRLF as well, which RFC 2046
 * §5.1.1 permits as an empty preamble and nginx sends: zsync drops a line before it.
 *
 * @param contentType undefined: the parts have none
 * @param total bytes of the whole representation
 * @param boundary a token that doesn't occur in the bytes; 128 random bits are enough
 */
export function layoutMultipart(
  slices: readonly Slice[],
  total: number,
  contentType: string | undefined,
  boundary: string,
): Layout {
  const pieces: Piece[] = slices.flatMap((slice) => [
    literal(
      `\r\n--${boundary}\r\n` +
        (contentType === undefined
          ? ''
          : `Content-Type: ${fieldValue('content-type', contentType)}\r\n`) +
        `Content-Range: ${formatContentRange(slice, total)}\r\n\r\n`,
    ),
    { kind: 'slice', slice },
  ])
  pieces.push(literal(`\r\n--${boundary}--\r\n`))
  const framing = pieces.reduce((sum, piece) => sum + literalLength(piece), 0)
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    length: framing + totalLength(slices),
    pieces,
  }
}

function literal(text: string): Piece {
  return { kind: 'literal', bytes: Buffer.from(text, 'latin1') }
}

function literalLength(piece: Piece): number {
  return piece.kind === 'literal' ? piece.bytes.length : 0
}
