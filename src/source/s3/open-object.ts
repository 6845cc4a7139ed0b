import { releaseIterator } from '../../async/release-iterator.js'
import { withDeadline } from '../../async/with-deadline.js'
import { LastbyteError } from '../../errors.js'
import { firstRange, type Slice } from '../../http/byte-range.js'
import { parseContentRange } from '../../http/content-range.js'
import { parseEntityTag } from '../../http/entity-tag.js'
import { fieldValue } from '../../http/field-value.js'
import type { Forwarded } from '../../http/forwarding.js'
import { mediaType } from '../../http/media-type.js'
import { type RetryPolicy, retryPolicyFor } from '../../resume/retry-policy.js'
import type { OpenRequest } from '../byte-source.js'
import { type ReceivedBody, RemoteRepresentation } from '../remote/remote-representation.js'
import { ResponseBody } from '../remote/response-body.js'
import type { Facts } from '../representation.js'
import type { ReopenAt } from '../source-read.js'
import { sourceStallLimit } from '../stall-limit.js'
import type { S3Client, S3Object, S3Response } from './s3-client.js'

/** An object to open. */
export interface ObjectOpening {
  readonly store: S3Client
  readonly retryPolicy: RetryPolicy
  readonly key: string
  readonly versionId: string | undefined
  readonly request: OpenRequest
  /** Its facts, if they are cached. */
  readonly cached: CachedFacts | undefined
}

/** The facts of one version of an object. */
export interface CachedFacts {
  readonly facts: Facts
  /** Present where the bucket keeps versions. */
  readonly versionId: string | undefined
}

/** Types that stores send for objects without one. */
const UNTYPED = new Set(['application/octet-stream', 'binary/octet-stream', undefined])

/**
 * Opens an object. A GET whose response will have a body requests the bytes at once, and reads the facts
 * from the same response. Other requests take the facts from a HEAD, or from the cache.
 */
export async function openObject(
  opening: ObjectOpening,
  signal: AbortSignal,
): Promise<{ representation: RemoteRepresentation; facts: CachedFacts }> {
  const { request, cached } = opening
  const first = needsBytes(request) ? await firstBytes(opening, signal) : undefined
  const facts = first?.facts ?? cached ?? (await requestFacts(opening, signal))
  return { representation: represent(opening, facts, first?.received), facts }
}

/** Whether the response will have bytes: no precondition, and at most one range. */
function needsBytes({ method, range, fields = {} }: OpenRequest): boolean {
  const isConditional = Object.keys(fields).some((name) => name.startsWith('if-'))
  return method === 'GET' && !isConditional && firstRange(range)?.more !== true
}

async function requestFacts({ store, key, versionId }: ObjectOpening, signal: AbortSignal) {
  return factsOf(key, await store.head({ key, versionId }, signal))
}

/** The response to a GET, with its first bytes read; undefined for a range that is not satisfiable. */
async function firstBytes(
  { store, retryPolicy, key, versionId, request, cached }: ObjectOpening,
  signal: AbortSignal,
): Promise<{ facts: CachedFacts; received: ReceivedBody } | undefined> {
  const range = firstRange(request.range)?.field
  const etag = cached?.facts.etag
  const response = await store.get({ key, versionId, etag, range }, signal).catch((error) => {
    if (error.facts?.s3 === 'range') return undefined
    throw error
  })
  if (response === undefined) return undefined
  const facts = factsOf(key, response.object)
  const slice = sliceOf(response.object, facts.facts.size)
  const body = bodyOf(response, slice)
  const limit = sourceStallLimit(retryPolicy.stall)
  await withDeadline(body.begin(), signal, limit).catch((error) => {
    releaseIterator(body)
    throw error
  })
  return { facts, received: { slice, body } }
}

function represent(
  opening: ObjectOpening,
  { facts, versionId }: CachedFacts,
  received: ReceivedBody | undefined,
): RemoteRepresentation {
  const { retryPolicy, request } = opening
  const reopenAt = facts.etag === undefined ? undefined : reopenPinned(opening, facts, versionId)
  const resumable = {
    reopenAt,
    retryPolicy: retryPolicyFor(retryPolicy, request.attempts),
    onHeal: request.onHeal,
    proxy: 'lastbyte',
  }
  return new RemoteRepresentation({ ...facts, query: queryOf(opening) }, resumable, received)
}

/** The query that belongs to the name of the representation: a requested version. */
function queryOf({ versionId }: ObjectOpening): string | undefined {
  return versionId === undefined ? undefined : `?versionId=${encodeURIComponent(versionId)}`
}

function reopenPinned(
  { store, key }: ObjectOpening,
  { etag, size }: Facts,
  versionId: string | undefined,
): ReopenAt {
  return async (slice, signal) => {
    const range = `bytes=${slice.start}-${slice.end - 1}`
    const response = await store.get({ key, versionId, etag, range }, signal)
    const { object } = response
    const body = bodyOf(response, slice)
    const received = sliceOf(object, size)
    const isSame = object.ETag === etag && totalOf(object) === size
    const isRest = received.start === slice.start && received.end === slice.end
    if (isSame && isRest) return body
    releaseIterator(body)
    const message = `expected ${etag} ${range} of ${size}, received ${object.ETag} ${object.ContentRange}`
    throw new LastbyteError(isSame ? 'REFUSED' : 'REPRESENTATION_CHANGED', message)
  }
}

function factsOf(key: string, object: S3Object): CachedFacts {
  const { ContentType, ETag, LastModified, VersionId } = object
  const size = totalOf(object)
  if (size === undefined) {
    throw new LastbyteError('SOURCE_FAILED', `Cannot open ${key}: the store sent no size`)
  }
  const isStrong = parseEntityTag(ETag)?.weak === false
  return {
    versionId: VersionId === 'null' ? undefined : VersionId,
    facts: {
      name: key.slice(key.lastIndexOf('/') + 1),
      contentType:
        UNTYPED.has(ContentType) || ContentType === undefined
          ? mediaType(key)
          : sendable('content-type', ContentType),
      size,
      etag: isStrong ? ETag : undefined,
      lastModified: LastModified?.getTime(),
      // The store keeps whole seconds, in which an object may have been written twice.
      dateStrength: 'weak',
      fields: fieldsOf(object),
    },
  }
}

function fieldsOf(object: S3Object): Forwarded {
  const fields = {
    'cache-control': object.CacheControl,
    'content-disposition': object.ContentDisposition,
    'content-encoding': object.ContentEncoding,
    'content-language': object.ContentLanguage,
  }
  const present = Object.entries(fields).flatMap(([name, value]) =>
    value ? [[name, sendable(name, value)]] : [],
  )
  return Object.fromEntries(present)
}

/** The metadata of an object as a field value. @throws LastbyteError BAD_FIELD, as a failure of the store */
function sendable(name: string, value: string): string {
  try {
    return fieldValue(name, value)
  } catch (error) {
    const { code, message, facts } = error as LastbyteError
    throw new LastbyteError(code, message, { ...facts, proxyError: 'http_protocol_error' })
  }
}

function totalOf({ ContentRange, ContentLength }: S3Object): number | undefined {
  if (ContentRange === undefined) return ContentLength
  const range = parseContentRange(ContentRange)
  return range?.kind === 'slice' ? range.total : undefined
}

/** The position of a response's bytes in the object. */
function sliceOf({ ContentRange }: S3Object, size: number): Slice {
  const range = parseContentRange(ContentRange)
  return range?.kind === 'slice' ? range.slice : { start: 0, end: size }
}

function bodyOf({ body }: S3Response, { start, end }: Slice): ResponseBody {
  return new ResponseBody(body, end - start, true)
}
