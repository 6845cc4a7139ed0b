import { releaseIterator } from '../../async/release-iterator.js'
import { withDeadline } from '../../async/with-deadline.js'
import { LastbyteError } from '../../errors.js'
import { firstRange, type Slice } from '../../http/byte-range.js'
import { parseContentRange } from '../../http/content-range.js'
import { parseEntityTag } from '../../http/entity-tag.js'
import type { Forwarded } from '../../http/forwarding.js'
import { mediaType } from '../../http/media-type.js'
import { type RetryPolicy, retryPolicyFor } from '../../resume/retry-policy.js'
import type { Facts, OpenRequest } from '../byte-source.js'
import { type ReceivedBody, RemoteRepresentation } from '../remote/remote-representation.js'
import { AnswerBody } from '../remote/response-body.js'
import type { ReopenAt } from '../source-read.js'
import { sourceStallLimit } from '../stall-limit.js'
import type { S3Client, S3Object, S3Response } from './s3-client.js'

/** What is to be opened, for whom. */
export interface ObjectOpening {
  readonly store: S3Client
  readonly retryPolicy: RetryPolicy
  readonly key: string
  readonly versionId: string | undefined
  readonly request: OpenRequest
  /** What is known of it from a moment ago. */
  readonly held: HeldFacts | undefined
}

/** The facts of one version of an object. */
export interface HeldFacts {
  readonly facts: Facts
  /** Where the bucket keeps versions. */
  readonly versionId: string | undefined
}

/** Types that a store gives to what it was told nothing of. */
const UNTYPED = new Set(['application/octet-stream', 'binary/octet-stream', undefined])

/**
 * Opens an object. A GET that will want bytes for certain asks for them at once, and learns the facts
 * from the same answer; the others look at it first, or know it from a moment ago.
 */
export async function openObject(
  opening: ObjectOpening,
  signal: AbortSignal,
): Promise<{ representation: RemoteRepresentation; facts: HeldFacts }> {
  const { request, held } = opening
  const first = wantsBytes(request) ? await firstBytes(opening, signal) : undefined
  const facts = first?.facts ?? held ?? (await look(opening, signal))
  return { representation: represent(opening, facts, first?.atHand), facts }
}

/** Whether nothing but the bytes can be the answer: no condition, and no more ranges than one. */
function wantsBytes({ method, range, fields = {} }: OpenRequest): boolean {
  const isConditional = Object.keys(fields).some((name) => name.startsWith('if-'))
  return method === 'GET' && !isConditional && firstRange(range)?.more !== true
}

async function look({ store, key, versionId }: ObjectOpening, signal: AbortSignal) {
  return factsOf(key, await store.head({ key, versionId }, signal))
}

/** The answer to a GET, with its first bytes read. undefined: the range is not to be had. */
async function firstBytes(
  { store, retryPolicy, key, versionId, request, held }: ObjectOpening,
  signal: AbortSignal,
): Promise<{ facts: HeldFacts; atHand: ReceivedBody } | undefined> {
  const range = firstRange(request.range)?.field
  const etag = held?.facts.etag
  const answer = await store.get({ key, versionId, etag, range }, signal).catch((error) => {
    if (error.facts?.s3 === 'range') return undefined
    throw error
  })
  if (answer === undefined) return undefined
  const facts = factsOf(key, answer.object)
  const slice = sliceOf(answer.object, facts.facts.size)
  const body = bodyOf(answer, slice)
  const limit = sourceStallLimit(retryPolicy.stall)
  await withDeadline(body.begin(), signal, limit).catch((error) => {
    releaseIterator(body)
    throw error
  })
  return { facts, atHand: { slice, body } }
}

function represent(
  opening: ObjectOpening,
  { facts, versionId }: HeldFacts,
  atHand: ReceivedBody | undefined,
): RemoteRepresentation {
  const { retryPolicy, request } = opening
  const reopenAt = facts.etag === undefined ? undefined : goOnWith(opening, facts, versionId)
  const resumable = {
    reopenAt,
    retryPolicy: retryPolicyFor(retryPolicy, request.attempts),
    onHeal: request.onHeal,
    proxy: 'lastbyte',
  }
  return new RemoteRepresentation({ ...facts, query: queryOf(opening) }, resumable, atHand)
}

/** A version that was asked for is part of the name. */
function queryOf({ versionId }: ObjectOpening): string | undefined {
  return versionId === undefined ? undefined : `?versionId=${encodeURIComponent(versionId)}`
}

function goOnWith(
  { store, key }: ObjectOpening,
  { etag, size }: Facts,
  versionId: string | undefined,
): ReopenAt {
  return async (slice, signal) => {
    const range = `bytes=${slice.start}-${slice.end - 1}`
    const answer = await store.get({ key, versionId, etag, range }, signal)
    const { object } = answer
    const body = bodyOf(answer, slice)
    const got = sliceOf(object, size)
    const isSame = object.ETag === etag && totalOf(object) === size
    const isRest = got.start === slice.start && got.end === slice.end
    if (isSame && isRest) return body
    releaseIterator(body)
    const message = `wanted ${etag} ${range} of ${size}, received ${object.ETag} ${object.ContentRange}`
    throw new LastbyteError(isSame ? 'REFUSED' : 'REPRESENTATION_CHANGED', message)
  }
}

function factsOf(key: string, object: S3Object): HeldFacts {
  const { ContentType, ETag, LastModified, VersionId } = object
  const size = totalOf(object)
  if (size === undefined) {
    throw new LastbyteError('SOURCE_FAILED', `Cannot open ${key}: the store tells no size`)
  }
  const isStrong = parseEntityTag(ETag)?.weak === false
  return {
    versionId: VersionId === 'null' ? undefined : VersionId,
    facts: {
      name: key.slice(key.lastIndexOf('/') + 1),
      contentType: UNTYPED.has(ContentType) ? mediaType(key) : (ContentType ?? mediaType(key)),
      size,
      etag: isStrong ? ETag : undefined,
      lastModified: LastModified?.getTime(),
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
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as Forwarded
}

function totalOf({ ContentRange, ContentLength }: S3Object): number | undefined {
  if (ContentRange === undefined) return ContentLength
  const range = parseContentRange(ContentRange)
  return range?.kind === 'slice' ? range.total : undefined
}

/** Where the bytes of an answer stand. */
function sliceOf({ ContentRange }: S3Object, size: number): Slice {
  const range = parseContentRange(ContentRange)
  return range?.kind === 'slice' ? range.slice : { start: 0, end: size }
}

function bodyOf({ body }: S3Response, { start, end }: Slice): AnswerBody {
  return new AnswerBody(body, end - start, true)
}
