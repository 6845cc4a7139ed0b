import type { Slice } from '../../http/byte-range.js'
import { formatContentRange } from '../../http/content-range.js'
import { contentLength, type Exchange, fieldOf } from './exchange.js'
import { type Failure, type Finding, failed, PASSED } from './finding.js'
import type { Subject } from './subject.js'

/**
 * Whether a response is the 206 of one slice: its status, its Content-Range, the length of its body, and the bytes,
 * as far as they are known.
 */
export function judgeSlice(subject: Subject, exchange: Exchange, slice: Slice): Finding {
  return (
    judgeRange(subject, exchange, slice) ??
    judgeBody(exchange, slice.end - slice.start) ??
    judgeBytes(subject, exchange, slice.start)
  )
}

/** The failure of a response that isn't a 206 whose Content-Range is of the slice. */
export function judgeRange(
  subject: Subject,
  exchange: Exchange,
  slice: Slice,
): Failure | undefined {
  const contentRange = formatContentRange(slice, subject.size)
  if (exchange.status === 206 && hasContentRange(exchange, contentRange)) return undefined
  return failed(exchange, `206 with Content-Range: ${contentRange}`, describeRange(exchange))
}

/** Whether a response has this Content-Range: `Bytes  0-0/5` is the same value as `bytes 0-0/5`. */
export function hasContentRange(exchange: Exchange, expected: string): boolean {
  const received = fieldOf(exchange, 'content-range')
  return received?.trim().toLowerCase().replace(/\s+/, ' ') === expected
}

/** The status of a response with its Content-Range, such as `206 with Content-Range: bytes 0-0/5`. */
export function describeRange(exchange: Exchange): string {
  const contentRange = fieldOf(exchange, 'content-range')
  const range = contentRange === undefined ? 'no Content-Range' : `Content-Range: ${contentRange}`
  return `${exchange.status} with ${range}`
}

/** The failure of a body that was read to its end and isn't exactly `length` bytes. */
export function judgeBody(exchange: Exchange, length: number): Failure | undefined {
  const announced = contentLength(exchange)
  const isRight = exchange.body.length === length && exchange.end === 'complete'
  if (isRight && (announced === undefined || announced === length)) return undefined
  const received = [
    `Content-Length: ${announced ?? 'none'}`,
    `${exchange.body.length} bytes`,
    `end: ${exchange.end}`,
  ]
  return failed(exchange, `a complete body of ${length} bytes`, received.join(', '))
}

/** Compares the bytes of a body with those received before at the same offsets, and adds them to those. */
export function judgeBytes(subject: Subject, exchange: Exchange, start: number): Finding {
  const at = subject.known.firstDifference(start, exchange.body)
  if (at !== undefined) {
    const expected = 'the bytes that an earlier response had at the same offsets'
    return failed(exchange, expected, `another byte at offset ${at}`)
  }
  subject.known.add(start, exchange.body)
  return PASSED
}
