import type { Exchange } from '../subject/exchange.js'
import { fieldOf } from '../subject/exchange.js'
import { boundaryOf, type Multipart, parseMultipart } from '../subject/parse-multipart.js'
import type { Subject } from '../subject/subject.js'

/** The response to a request for several ranges. */
export type PartsResponse =
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'multipart'; readonly exchange: Exchange; readonly content: Multipart }

/** Bytes of a body that are read: far more than some parts of a few bytes have. */
const READ = 16 * 1024

/** The bytes of a response with some parts of a few bytes, as costs count them. */
export const PARTS_COST = 2 * 1024

const withoutBoundary = (): Multipart => ({
  parts: [],
  isClosed: false,
  defect: 'no parameter boundary in Content-Type',
})

/**
 * Requests several ranges of a few bytes. `absent`: the server sends no multipart, as it may: it may ignore Range, or
 * join ranges that are near each other (RFC 9110 §15.3.7.2).
 */
export async function requestParts(subject: Subject, range: string): Promise<PartsResponse> {
  const exchange = await subject.sendRange(range, {}, { read: READ })
  if (!isMultipart(exchange)) return { kind: 'absent', reason: reasonOf(exchange) }
  const boundary = boundaryOf(exchange)
  const content =
    boundary === undefined ? withoutBoundary() : parseMultipart(exchange.body, boundary)
  return { kind: 'multipart', exchange, content }
}

/** Whether a response is a 206 with a multipart type. */
export function isMultipart(exchange: Exchange): boolean {
  return exchange.status === 206 && /^multipart\//i.test(fieldOf(exchange, 'content-type') ?? '')
}

function reasonOf({ status }: Exchange): string {
  if (status === 206) return 'the server sends several ranges as one'
  return `the server answers several ranges with ${status}`
}
