import { releaseIterator } from '../../async/release-iterator.js'
import { withDeadline } from '../../async/with-deadline.js'
import { LastbyteError } from '../../errors.js'
import { firstRange } from '../../http/byte-range.js'
import { parseDigest } from '../../http/digest-value.js'
import type { Forwarded } from '../../http/forwarding.js'
import { parseHttpDate } from '../../http/http-date.js'
import { isPinnable, pinFields } from '../../resume/pin-fields.js'
import { retryPolicyFor } from '../../resume/retry-policy.js'
import { skipBytes } from '../../resume/skip-bytes.js'
import type { Opened, OpenRequest } from '../byte-source.js'
import {
  type AnnouncedDigest,
  bodyOf,
  RemoteRepresentation,
} from '../remote/remote-representation.js'
import type { Facts } from '../representation.js'
import type { ReopenAt } from '../source-read.js'
import { sourceStallLimit } from '../stall-limit.js'
import {
  invalidStatus,
  type JudgedResponse,
  judgeFirst,
  type PinnedVersion,
  requireSame,
  strongTagOf,
} from './judge-response.js'
import { passedFields, passthroughResponse } from './passthrough-response.js'
import { fieldsOfRest, quietCheck } from './quiet-check.js'
import { addsSlash, redirectOf } from './redirect.js'
import { rangesOf, typeOf } from './told-facts.js'
import type { Destination, UpstreamClient } from './upstream-client.js'
import type { UpstreamResponse } from './upstream-response.js'

/** A key to open, and where to request it. */
export interface Opening {
  readonly upstream: UpstreamClient
  readonly destination: Destination
  readonly key: string
  readonly request: OpenRequest
}

/** The result of one attempt. `later`: another attempt may succeed. */
export type OpenAttempt =
  | Opened
  | {
      readonly kind: 'later'
      readonly response: UpstreamResponse
      readonly after: number | undefined
    }

/** The first response, judged, and the Range field of its request. */
interface First {
  readonly response: UpstreamResponse
  readonly judged: JudgedResponse
  readonly range: string | undefined
}

type Bytes = Extract<JudgedResponse, { kind: 'bytes' }>

/** Fields that are set again from the facts, or that are valid for one message only. */
const RESET = ['accept-ranges', 'content-digest', 'content-range', 'content-type', 'last-modified']
/** Statuses to a HEAD after which a GET may succeed: some URLs are signed for one method. */
const NO_HEAD = new Set([400, 403, 405, 501])

/**
 * Opens a key in one attempt, with one request in most cases.
 *
 * @throws LastbyteError as `UpstreamClient.send` does
 */
export async function openUpstream(opening: Opening, signal: AbortSignal): Promise<OpenAttempt> {
  const { upstream, request, key } = opening
  const fields = upstream.fieldsFor(request)
  const first =
    request.method === 'HEAD'
      ? await firstHead(opening, fields, signal)
      : await firstGet(opening, fields, signal)
  const { response, judged } = first
  const { settings } = upstream
  const target = settings.role === 'source' ? redirectOf(response) : undefined
  if (target && addsSlash(response.url, target) && !key.endsWith('/')) {
    releaseIterator(response.body)
    return { kind: 'directory' }
  }
  const isQuiet = quietCheck(upstream, opening.destination, fields, response)
  switch (judged.kind) {
    case 'bytes':
      return {
        kind: 'representation',
        representation: await represent(opening, fields, { ...first, judged }, signal),
      }
    case 'later':
      return { kind: 'later', response, after: judged.after }
    case 'absent':
      return { kind: 'absent', answer: passthroughResponse(response, settings) }
    case 'pass-through':
      return { kind: 'answered', answer: passthroughResponse(response, settings, isQuiet) }
    case 'no-status':
      releaseIterator(response.body)
      throw invalidStatus(response.status)
    case 'invalid': {
      releaseIterator(response.body)
      const message = `Cannot open ${key}: the origin responded with ${judged.why}`
      throw new LastbyteError('SOURCE_FAILED', message, { proxyError: 'http_protocol_error' })
    }
  }
}

/** Requests the client's range, or the first of several, whose response also has the facts. */
async function firstGet(opening: Opening, fields: Forwarded, signal: AbortSignal): Promise<First> {
  const wanted = firstRange(opening.request.range)
  const first = await sendFirst(opening, 'GET', fields, wanted?.field, signal)
  if (!wanted?.more || allowsMoreSlices(first)) return first
  releaseIterator(first.response.body)
  return sendFirst(opening, 'GET', fields, undefined, signal)
}

/** Whether further slices of the same version can be read after this response with the first. */
function allowsMoreSlices({ judged, response: { status } }: First): boolean {
  return judged.kind === 'bytes'
    ? strongTagOf(judged.version) !== undefined || status === 200
    : status !== 416
}

async function firstHead(opening: Opening, fields: Forwarded, signal: AbortSignal): Promise<First> {
  const first = await sendFirst(opening, 'HEAD', fields, undefined, signal)
  if (!NO_HEAD.has(first.response.status)) return first
  releaseIterator(first.response.body)
  const byGet = await sendFirst(opening, 'GET', fields, 'bytes=0-0', signal)
  if (byGet.response.status !== 416) return byGet
  releaseIterator(byGet.response.body)
  return sendFirst(opening, 'GET', fields, undefined, signal)
}

async function sendFirst(
  { upstream, destination, request: { onInterim } }: Opening,
  method: 'GET' | 'HEAD',
  fields: Forwarded,
  range: string | undefined,
  signal: AbortSignal,
): Promise<First> {
  const all = range === undefined ? fields : { ...fields, range }
  const response = await upstream.send(
    { ...destination, method, fields: all, onInterim, chunks: 'lent' },
    signal,
  )
  return { response, range, judged: judgeFirst(response, range, Date.now()) }
}

async function represent(
  opening: Opening,
  fields: Forwarded,
  { response, judged, range }: First & { readonly judged: Bytes },
  signal: AbortSignal,
): Promise<RemoteRepresentation> {
  const { upstream, key, request } = opening
  const { retryPolicy, name, verify } = upstream.settings
  const { version, slice } = judged
  const { size } = version
  const etag = strongTagOf(version)
  const body = bodyOf(response, slice)
  if (request.method === 'HEAD') releaseIterator(body)
  else {
    const limit = sourceStallLimit(retryPolicy.stall)
    await withDeadline(body.begin(), signal, limit).catch((error) => {
      releaseIterator(body)
      throw error
    })
  }
  const digest = parseDigest(response.field('repr-digest'), response.field('digest'))
  // Without a strong tag, several slices might be of several versions.
  const isLoose = etag === undefined && firstRange(request.range)?.more === true
  const isIgnored = range !== undefined && response.status === 200
  const facts: Facts = {
    name: key.slice(key.lastIndexOf('/') + 1),
    ...typeOf(response, key, upstream.settings),
    size,
    etag,
    lastModified: parseHttpDate(response.field('last-modified'), Date.now()),
    // The origin has compared the dates, and knows more about its versions than their dates tell.
    ...('if-modified-since' in fields && { dateStrength: 'shared' as const }),
    ranges: rangesOf(response, isIgnored && !('if-range' in fields) ? 'ignored' : 'not ignored'),
    given: isLoose || isIgnored ? 'whole' : undefined,
    path: request.path,
    query: request.query || undefined,
    digest,
    fields: passedFields(
      response,
      upstream.settings,
      etag === undefined ? RESET : [...RESET, 'etag'],
    ),
  }
  const resumable = {
    reopenAt: isPinnable(version.validator) ? reopenPinned(opening, fields, version) : undefined,
    retryPolicy: retryPolicyFor(retryPolicy, request.attempts),
    onHeal: request.onHeal,
    proxy: name,
  }
  const received = request.method === 'HEAD' ? undefined : { slice, body }
  const announced = verify === 'off' ? [] : announcedDigests(response, slice, { size, digest })
  return new RemoteRepresentation(facts, resumable, received, announced)
}

/**
 * Requests the rest of a version, pinned with If-Match or If-Unmodified-Since (RFC 9110 §13.1.1, §13.1.4). Of an
 * origin without ranges, the bytes before are passed over.
 */
function reopenPinned(
  { upstream, destination }: Opening,
  fields: Forwarded,
  version: PinnedVersion,
): ReopenAt {
  const kept = fieldsOfRest(fields)
  return async (slice, signal) => {
    const range = `bytes=${slice.start}-${slice.end - 1}`
    const own = { ...kept, range, ...pinFields(version, 'if-match') }
    const response = await upstream.send(
      { ...destination, method: 'GET', fields: own, chunks: 'lent' },
      signal,
    )
    try {
      const form = requireSame(response, version, slice, Date.now())
      if (form === 'part') return bodyOf(response, slice)
    } catch (error) {
      releaseIterator(response.body)
      throw error
    }
    const whole = bodyOf(response, { start: 0, end: version.size })
    return skipBytes(whole, slice.start, slice.end - slice.start)
  }
}

/** The digests that a response announces: of the representation, and of its own content (RFC 9530). */
function announcedDigests(
  response: UpstreamResponse,
  slice: AnnouncedDigest['slice'],
  { size, digest: whole }: Pick<Facts, 'size' | 'digest'>,
): AnnouncedDigest[] {
  const content = parseDigest(response.field('content-digest'))
  return [
    ...(whole ? [{ slice: { start: 0, end: size }, digest: whole }] : []),
    ...(content ? [{ slice, digest: content }] : []),
  ]
}
