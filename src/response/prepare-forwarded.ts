import { releaseIterator } from '../async/release-iterator.js'
import { LastbyteError } from '../errors.js'
import type { BodyPiece } from '../fault/body-offset.js'
import type { Announcement, Version } from '../fault/fault.js'
import type { Slice } from '../http/byte-range.js'
import { parseContentRange } from '../http/content-range.js'
import { formatHttpDate, parseHttpDate } from '../http/http-date.js'
import type { Delivery } from '../request/exchange.js'
import { lengthOf } from '../source/upstream/judge-response.js'
import type { NodeResponse } from '../transport/node-request.js'
import { type HeaderFields, mergeFields } from './header-fields.js'
import type { PreparedResponse } from './prepared-response.js'
import { bodyFraming, endRequestBody } from './request-body.js'

/** How the fields of a response are rewritten for the client. */
export interface ResponseRewriter {
  /** The fields of the response to the client, without Content-Length and Content-Range. */
  responseFields(response: NodeResponse): HeaderFields
}

const DIGESTS = ['repr-digest', 'content-digest', 'digest', 'content-md5']

/**
 * Prepares the origin's response as it is, but for faults. Its body ends short where that of the origin
 * does.
 *
 * @throws LastbyteError SOURCE_FAILED for a status outside of 200 to 599
 */
export function prepareForwarded(
  delivery: Delivery,
  { responseFields }: ResponseRewriter,
  response: NodeResponse,
): PreparedResponse {
  const { reply, faults } = delivery
  const { status, body } = response
  checkStatus(status)
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
    // Not released at once: the connection is free for another request only when the response was parsed
    // to its end.
    reply.raw.once('close', () => releaseIterator(body))
    return { kind: 'complete', status, fields: announced(fields, plain) }
  }
  return prepareBody(delivery, { fields, version, plain }, response)
}

/** The facts of a body before faults are applied. */
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
  // Where the parts of a multipart body lie in the representation is not known before they arrive.
  const pieces: BodyPiece[] = isMultipart
    ? [{ kind: 'literal', bytes: { length: slice.end } }]
    : [{ kind: 'slice', slice }]
  const announcement = faults?.session.announce(pieces, plain) ?? plain
  faults?.frame(announcement.framing)
  const rest = version.read(slice, transfer.signal)[Symbol.asyncIterator]()
  const body = { length: plain.length, first: undefined, rest }
  return {
    kind: 'body',
    status: response.status,
    fields: announced(fields, announcement),
    body: faults?.body(pieces, body, announcement.length) ?? body,
    release: async () => {
      releaseIterator(response.body)
      // The rest of an upload is discarded: a connection that is closed with unread bytes is reset.
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

/** Sets the validators of the version that a fault shows in place of the one that was received. */
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

/** Where the bytes of a body lie in the representation: a 206 names it, any other starts at 0. */
function sliceOf({ status, field }: NodeResponse, length: number | undefined): Slice {
  const range = status === 206 ? parseContentRange(field('content-range')) : undefined
  const start = range?.kind === 'slice' ? range.slice.start : 0
  return { start, end: length === undefined ? Number.MAX_SAFE_INTEGER : start + length }
}

function checkStatus(status: number): void {
  if (status >= 200 && status <= 599) return
  const message = `origin: expected a status from 200 to 599; received ${status}`
  throw new LastbyteError('SOURCE_FAILED', message, { status, proxyError: 'http_protocol_error' })
}
