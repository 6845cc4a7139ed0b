import type { Exchange, ProbeRequest, RequestFields } from './exchange.js'
import type { Subject } from './subject.js'

/** Bytes of a small response at most: its header section and a few bytes of the body. */
export const SMALL = 1024

/**
 * Sends a request whose response is small: a GET for the first `bytes` bytes, or a HEAD where the server ignores
 * Range. Each check requests another number of bytes, so that a person can tell them apart in a log.
 */
export function sendSmall(
  subject: Subject,
  bytes: number,
  fields: RequestFields = {},
  request: ProbeRequest = {},
): Promise<Exchange> {
  if (!subject.facts.isRanged) return subject.send({ ...request, fields, method: 'HEAD' })
  return subject.sendRange(`bytes=0-${bytes - 1}`, fields, { ...request, read: bytes })
}

/** Whether a response is that of the representation, rather than an error of the moment. */
export function isOfRepresentation({ status }: Exchange): boolean {
  return status === 200 || status === 206
}
