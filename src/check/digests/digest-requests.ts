import type { Exchange, RequestFields } from '../subject/exchange.js'
import { LEFT } from '../subject/request-cost.js'
import { SMALL, sendSmall } from '../subject/small-request.js'
import type { Subject } from '../subject/subject.js'

/** Bytes of the body of a 206 with digests. */
export const PART = 512

/** The fields that request digests (RFC 9530 §4, RFC 3230 §4.3.1, draft-ietf-httpbis-unencoded-digest). */
export const WANTS = {
  'want-repr-digest': 'sha-256=10, sha-512=5',
  'want-content-digest': 'sha-256=10, sha-512=5',
  'want-unencoded-digest': 'sha-256=10, sha-512=5',
  'want-digest': 'SHA-256;q=1, SHA-512;q=0.5',
} as const
type Want = keyof typeof WANTS

/** What `requestDigests` costs. */
export const DIGEST_COST = { requests: 2, bytes: SMALL + LEFT }

export function wanting(want: Want): RequestFields {
  return { [want]: WANTS[want] }
}

/** The responses to HEAD and GET that announce digests if the server has them. The body is left. */
export async function requestDigests(subject: Subject, want: Want): Promise<readonly Exchange[]> {
  const fields = wanting(want)
  return [await subject.send({ method: 'HEAD', fields }), await subject.send({ fields, read: 0 })]
}

/** The responses to a GET for the first bytes; none where ranges are ignored. */
export async function requestPart(subject: Subject, want: Want): Promise<readonly Exchange[]> {
  if (!subject.facts.isRanged) return []
  return [await sendSmall(subject, PART, wanting(want))]
}
