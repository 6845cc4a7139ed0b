import { releaseIterator } from '../async/release-iterator.js'
import type { BodyPiece } from '../fault/body-offset.js'
import type { Announcement, Version } from '../fault/fault.js'
import type { Slice } from '../http/byte-range.js'
import { parseContentRange } from '../http/content-range.js'
import { formatHttpDate, parseHttpDate } from '../http/http-date.js'
import type { Delivery } from '../request/exchange.js'
import { invalidStatus, isFinalStatus, lengthOf } from '../source/upstream/judge-response.js'
import { trailersOf } from '../source/upstream/passthrough-response.js'
import type { NodeResponse } from '../transport/node-request.js'
import { type HeaderFields, mergeFields } from './header-fields.js'
import { announcedTrailers } from './prepare-passthrough.js'
import type { PreparedResponse } from './prepared-response.js'
import { bodyFraming, endRequestBody } from './request-body.js'

/** Rewrites the fields of an origin's response for the client. */
export interface ResponseRewriter {
  /** The fields of the response to the client, without Content-Length and Content-Range. */
  responseFields(response: NodeResponse): HeaderFields
}

/** Digests of the bytes, and the signature of one. */
const DIGESTS = [
  ...['repr-digest', 'content-digest', 'unencoded-digest', 'digest', 'content-md5'],
  ...['signature', 'signature-input'],
]

/**
 * Prepares the origin's response, unchanged except for faults. Where the origin's body ends early, the body
 * of the response is cut as well.
 *
 * @throws LastbyteError REFUSED for a status outside of 200 to 599
 */
export function prepareForwarded(
  delivery: Delivery,
  { responseFields }: ResponseRewriter,
  response: NodeResponse,
): PreparedResponse {
  const { reply, faults } = delivery
  const { status, body } = response
  if (!isFinalStatus(status)) throw invalidStatus(status)
  const received = versionOf(response)
  const version = faults?.session.select(received) ?? received
  const fields: HeaderFields = {
    ...mergeFields({}, reply.getHeaders()),
    ...responseFields(response),
    ...(bodyFraming(reply.request) !== undefined && endRequestBody(reply)),
  }
  if (version !== received) replaceVersion(fields, received, version)

  const length = lengthOf(response)
  const plain: Announcement = {
    length,
    framing: length === undefined ? 'unknown' : 'length',
    contentRange: response.field('content-range'),
  }
  if (reply.request.method === 'HEAD' || status === 204 || status === 304) {
    // Released late: the connection can be reused only after the end of the response has been parsed.
    reply.raw.once('close', () => releaseIterator(body))
    // A 204 has no length (RFC 9110 §8.6), that of a 304 or to HEAD is the length of GET.
    return { kind: 'complete', status, fields: status === 204 ? fields : announced(fields, plain) }
  }
  return prepareBody(delivery, { fields, version, plain }, response)
}

/** A body without faults. */
interface PlainBody {
  readonly fields: HeaderFields
  readonly version: Version
  readonly plain: Announcement
}

function prepareBody(
  { reply, transfer, faults }: Delivery,
  { fields, version, plain }: PlainBody,
  response: NodeResponse,
): PreparedResponse {
  const slice = sliceOf(response, plain.length)
  const isMultipart = /^multipart\/byteranges/i.test(response.field('content-type') ?? '')
  // The positions of the parts of a multipart body are not known before they are received.
  const pieces: BodyPiece[] = isMultipart
    ? [{ kind: 'literal', bytes: { length: slice.end } }]
    : [{ kind: 'slice', slice }]
  faults?.session.describe({
    'content-type': response.field('content-type'),
    'content-encoding': response.field('content-encoding'),
  })
  const announcement = faults?.session.announce(pieces, plain) ?? plain
  faults?.frame(announcement.framing)
  const rest = version.read(slice, transfer.signal)[Symbol.asyncIterator]()
  const body = { length: plain.length, first: undefined, rest }
  const trailers = plain.length === undefined ? trailersOf(response) : undefined
  const isChunked = announcement.framing === 'unknown'
  return {
    kind: 'body',
    status: response.status,
    fields: {
      ...announced(fields, announcement),
      ...(isChunked && announcedTrailers(reply, trailers)),
    },
    body: {
      ...(faults?.body(pieces, body, announcement.length) ?? body),
      trailers: trailers?.received,
    },
    release: async () => {
      releaseIterator(response.body)
      // Discards the rest of an upload: closing a connection with unread bytes would send RST.
      reply.request.raw.resume()
    },
  }
}

function announced(
  fields: HeaderFields,
  { length, framing, contentRange }: Announcement,
): HeaderFields {
  return {
    ...fields,
    ...(framing === 'length' && { 'content-length': String(length) }),
    ...(contentRange !== undefined && { 'content-range': contentRange }),
  }
}

function versionOf({ field, body }: NodeResponse): Version {
  return {
    etag: field('etag'),
    lastModified: parseHttpDate(field('last-modified'), Date.now()),
    digests: 'sent',
    read: () => ({ [Symbol.asyncIterator]: () => body }),
  }
}

/** Replaces the received validators by those of the version that a fault selects. */
function replaceVersion(
  fields: HeaderFields,
  received: Version,
  { etag, lastModified, digests }: Version,
): void {
  if (etag !== undefined) fields.etag = etag
  const isModified = lastModified !== undefined && lastModified !== received.lastModified
  const modified = isModified ? formatHttpDate(lastModified) : undefined
  if (modified !== undefined) fields['last-modified'] = modified
  if (digests === 'withheld') for (const name of DIGESTS) delete fields[name]
}

/** The slice that the body contains: from the Content-Range of a 206, otherwise from byte 0. */
function sliceOf({ status, field }: NodeResponse, length: number | undefined): Slice {
  const range = status === 206 ? parseContentRange(field('content-range')) : undefined
  const start = range?.kind === 'slice' ? range.slice.start : 0
  return { start, end: length === undefined ? Number.MAX_SAFE_INTEGER : start + length }
}
