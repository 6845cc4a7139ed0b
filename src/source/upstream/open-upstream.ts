import { releaseIterator } from '../../async/release-iterator.js'
import { withDeadline } from '../../async/with-deadline.js'
import { LastbyteError } from '../../errors.js'
import { firstRange } from '../../http/byte-range.js'
import { parseDigest } from '../../http/digest-value.js'
import type { Forwarded } from '../../http/forwarding.js'
import { parseHttpDate } from '../../http/http-date.js'
import { mediaType } from '../../http/media-type.js'
import { retryPolicyFor } from '../../resume/retry-policy.js'
import type { Facts, Opened, OpenRequest } from '../byte-source.js'
import {
  type AnnouncedDigest,
  bodyOf,
  RemoteRepresentation,
} from '../remote/remote-representation.js'
import type { ReopenAt } from '../source-read.js'
import { sourceStallLimit } from '../stall-limit.js'
import { type JudgedResponse, judgeFirst, requireSame } from './judge-response.js'
import { passedFields, passthroughResponse } from './passthrough-response.js'
import {
  addsSlash,
  redirectOf,
  type UpstreamClient,
  type UpstreamResponse,
} from './upstream-client.js'

/** What is to be opened, for whom. */
export interface Opening {
  readonly upstream: UpstreamClient
  readonly url: URL
  readonly key: string
  readonly request: OpenRequest
}

/** What one try came to. `later`: the answer may be another in a moment. */
export type OpenAttempt =
  | Opened
  | {
      readonly kind: 'later'
      readonly answer: UpstreamResponse
      readonly after: number | undefined
    }

/** An answer, judged, and the Range that it was asked for. */
interface First {
  readonly answer: UpstreamResponse
  readonly judged: JudgedResponse
  readonly range: string | undefined
}

type Bytes = Extract<JudgedResponse, { kind: 'bytes' }>

/** Fields that are said anew from the facts, or that are only right for one message. */
const RETOLD = ['accept-ranges', 'content-digest', 'content-range', 'content-type', 'last-modified']
/** Fields of a first question that make no sense in one that goes on. */
const FIRST_ONLY = /^(if-|want-|accept$)/
/** Statuses to a HEAD after which a GET may still do: some URLs are signed for one method. */
const NO_HEAD = new Set([400, 403, 405, 501])

/** Opens in one try, with one request where all goes well. @throws LastbyteError as `Upstream.ask` does */
export async function openUpstream(opening: Opening, signal: AbortSignal): Promise<OpenAttempt> {
  const { upstream, request, key } = opening
  const fields = upstream.fieldsFor(request)
  const first =
    request.method === 'HEAD'
      ? await firstHead(opening, fields, signal)
      : await firstGet(opening, fields, signal)
  const { answer, judged } = first
  const { retryPolicy, name } = upstream.settings
  const target = redirectOf(answer, answer.url)
  if (target && addsSlash(answer.url, target) && !key.endsWith('/')) {
    releaseIterator(answer.body)
    return { kind: 'directory' }
  }
  switch (judged.kind) {
    case 'bytes':
      return {
        kind: 'representation',
        representation: await represent(opening, fields, { ...first, judged }, signal),
      }
    case 'later':
      return { kind: 'later', answer, after: judged.after }
    case 'absent':
      return { kind: 'absent', answer: passthroughResponse(answer, retryPolicy, name) }
    case 'passed':
      return { kind: 'answered', answer: passthroughResponse(answer, retryPolicy, name) }
    case 'broken': {
      releaseIterator(answer.body)
      const message = `Cannot open ${key}: the origin answers ${judged.why}`
      throw new LastbyteError('SOURCE_FAILED', message, { proxyError: 'http_protocol_error' })
    }
  }
}

/** The range of the request, or the first of several, tells the facts too. */
async function firstGet(opening: Opening, fields: Forwarded, signal: AbortSignal): Promise<First> {
  const wanted = firstRange(opening.request.range)
  const first = await askFirst(opening, 'GET', fields, wanted?.field, signal)
  if (!wanted?.more || suffices(first)) return first
  releaseIterator(first.answer.body)
  return askFirst(opening, 'GET', fields, undefined, signal)
}

/** Whether more slices can be read of what was opened with one of them. */
function suffices({ judged, answer: { status } }: First): boolean {
  return judged.kind === 'bytes' ? judged.etag !== undefined || status === 200 : status !== 416
}

async function firstHead(opening: Opening, fields: Forwarded, signal: AbortSignal): Promise<First> {
  const first = await askFirst(opening, 'HEAD', fields, undefined, signal)
  if (!NO_HEAD.has(first.answer.status)) return first
  releaseIterator(first.answer.body)
  const got = await askFirst(opening, 'GET', fields, 'bytes=0-0', signal)
  if (got.answer.status !== 416) return got
  releaseIterator(got.answer.body)
  return askFirst(opening, 'GET', fields, undefined, signal)
}

async function askFirst(
  { upstream, url }: Opening,
  method: 'GET' | 'HEAD',
  fields: Forwarded,
  range: string | undefined,
  signal: AbortSignal,
): Promise<First> {
  const own = range === undefined ? fields : { ...fields, range }
  const answer = await upstream.ask({ method, url, fields: own }, signal)
  return { answer, range, judged: judgeFirst(answer, range, Date.now()) }
}

async function represent(
  opening: Opening,
  fields: Forwarded,
  { answer, judged, range }: First & { readonly judged: Bytes },
  signal: AbortSignal,
): Promise<RemoteRepresentation> {
  const { upstream, key, request } = opening
  const { retryPolicy, name, verify } = upstream.settings
  const { etag, size, slice } = judged
  const body = bodyOf(answer, slice)
  if (request.method === 'HEAD') releaseIterator(body)
  else {
    const limit = sourceStallLimit(retryPolicy.stall)
    await withDeadline(body.begin(), signal, limit).catch((error) => {
      releaseIterator(body)
      throw error
    })
  }
  const digest = parseDigest(answer.field('repr-digest'), answer.field('digest'))
  // Several slices of what tells no version might be of several versions.
  const isLoose = etag === undefined && firstRange(request.range)?.more === true
  const isIgnored = range !== undefined && answer.status === 200
  const facts: Facts = {
    name: key.slice(key.lastIndexOf('/') + 1),
    contentType: answer.field('content-type') ?? mediaType(key),
    size,
    etag,
    lastModified: parseHttpDate(answer.field('last-modified'), Date.now()),
    ranges: rangesOf(answer, isIgnored && !('if-range' in fields)),
    given: isLoose || isIgnored ? 'whole' : undefined,
    query: request.query || undefined,
    digest,
    fields: passedFields(answer, name, etag === undefined ? RETOLD : [...RETOLD, 'etag']),
  }
  const reopenAt = etag === undefined ? undefined : goOnWith(opening, fields, { etag, size })
  const resumable = {
    reopenAt,
    retryPolicy: retryPolicyFor(retryPolicy, request.attempts),
    onHeal: request.onHeal,
    proxy: name,
  }
  const atHand = request.method === 'HEAD' ? undefined : { slice, body }
  const promised = verify === 'off' ? [] : promises(answer, slice, { size, digest })
  return new RemoteRepresentation(facts, resumable, atHand, promised)
}

/** Asks for the rest, pinned to the version. */
function goOnWith(
  { upstream, url }: Opening,
  fields: Forwarded,
  { etag, size }: { readonly etag: string; readonly size: number },
): ReopenAt {
  const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => !FIRST_ONLY.test(name)))
  return async (slice, signal) => {
    const range = `bytes=${slice.start}-${slice.end - 1}`
    const question = { method: 'GET', url, fields: { ...kept, range, 'if-match': etag } } as const
    const answer = await upstream.ask(question, signal)
    try {
      requireSame(answer, { etag, size, slice }, Date.now())
    } catch (error) {
      releaseIterator(answer.body)
      throw error
    }
    return bodyOf(answer, slice)
  }
}

/** What the origin lets us promise of ranges. `isRefused`: one was asked for without any condition. */
function rangesOf({ status, field }: UpstreamResponse, isRefused: boolean): Facts['ranges'] {
  if (status === 206) return 'bytes'
  const told = field('accept-ranges')?.toLowerCase()
  if (told === 'none' || isRefused) return 'none'
  return told === 'bytes' ? told : 'untold'
}

/** The digests that the answer tells: of the whole, and of its own content (RFC 9530). */
function promises(
  answer: UpstreamResponse,
  slice: AnnouncedDigest['slice'],
  { size, digest: whole }: Pick<Facts, 'size' | 'digest'>,
): AnnouncedDigest[] {
  const content = parseDigest(answer.field('content-digest'))
  return [
    ...(whole ? [{ slice: { start: 0, end: size }, digest: whole }] : []),
    ...(content ? [{ slice, digest: content }] : []),
  ]
}
