import type { Slice } from '../../http/byte-range.js'
import { parseContentRange } from '../../http/content-range.js'
import { type Exchange, fieldOf } from '../subject/exchange.js'
import { type Failure, type Finding, failed, PASSED } from '../subject/finding.js'
import { describeRange, judgeBody, judgeBytes } from '../subject/judge-slice.js'
import { boundaryOf, parseMultipart } from '../subject/parse-multipart.js'
import type { Subject } from '../subject/subject.js'

/** A piece of the representation that a response claims to have. */
interface Piece {
  readonly contentRange: string | undefined
  readonly body: Buffer
  /** Whether the piece was read to its end. */
  readonly isComplete: boolean
}

/**
 * Judges the response to several ranges. A server may ignore them (200), send one multipart, or a single part: of
 * ranges that it has joined, or of some of them (RFC 9110 §15.3.7). What it sends must be what it says.
 */
export function judgeSeveral(
  subject: Subject,
  exchange: Exchange,
  requested: readonly Slice[],
): Finding {
  if (exchange.status === 200) return judgeBytes(subject, exchange, 0)
  if (exchange.status !== 206) return failed(exchange, '206 or 200', describeRange(exchange))
  const boundary = boundaryOf(exchange)
  if (boundary === undefined) return judgeSingle(subject, exchange, requested)
  const { parts, isClosed } = parseMultipart(exchange.body, boundary)
  const isWhole = isClosed || exchange.end !== 'left'
  if (exchange.end !== 'left' && (exchange.end !== 'complete' || !isClosed || parts.length === 0)) {
    const received = `${parts.length} parts, ${isClosed ? 'a' : 'no'} closing delimiter, end: ${exchange.end}`
    return failed(exchange, 'a complete multipart/byteranges body', received)
  }
  for (const [index, part] of parts.entries()) {
    const contentRange = fieldOf(part, 'content-range')
    const isComplete = isWhole || index < parts.length - 1
    const failure = judgePiece(
      subject,
      exchange,
      { contentRange, body: part.body, isComplete },
      requested,
    )
    if (failure !== undefined) return failure
  }
  return PASSED
}

function judgeSingle(subject: Subject, exchange: Exchange, requested: readonly Slice[]): Finding {
  const piece = {
    contentRange: fieldOf(exchange, 'content-range'),
    body: exchange.body,
    isComplete: exchange.end !== 'left',
  }
  const failure = judgePiece(subject, exchange, piece, requested)
  if (failure !== undefined) return failure
  return (piece.isComplete ? judgeBody(exchange, exchange.body.length) : undefined) ?? PASSED
}

function judgePiece(
  subject: Subject,
  exchange: Exchange,
  { contentRange, body, isComplete }: Piece,
  requested: readonly Slice[],
): Failure | undefined {
  const parsed = parseContentRange(contentRange)
  const received =
    contentRange === undefined ? 'no Content-Range' : `Content-Range: ${contentRange}`
  if (parsed?.kind !== 'slice' || parsed.total !== subject.size) {
    return failed(
      exchange,
      `parts with the Content-Range of a slice of ${subject.size} bytes`,
      received,
    )
  }
  const { start, end } = parsed.slice
  if (!requested.some((each) => each.start < end && start < each.end)) {
    return failed(exchange, 'parts with bytes that were requested', received)
  }
  const length = end - start
  if (isComplete ? body.length !== length : body.length > length) {
    return failed(exchange, `${length} bytes for ${received}`, `${body.length} bytes`)
  }
  const finding = judgeBytes(subject, { ...exchange, body }, start)
  return finding.kind === 'failed' ? { ...finding, exchange } : undefined
}
