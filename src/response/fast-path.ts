import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { FastifyReply } from 'fastify'
import { recordsOf } from '../delivery/first-records.js'
import type { Response } from '../delivery/response-writer.js'
import { isUntouched, writeAfterRead, writeWhole } from '../delivery/whole-response.js'
import { toError } from '../errors.js'
import { isCompressible } from '../http/content-coding.js'
import { DLNA_FIELDS } from '../http/dlna.js'
import { namesFrames } from '../http/frame-form.js'
import type { RegistrationContext } from '../request/context.js'
import type { RequestedFile } from '../request/exchange.js'
import type { FileSettings } from '../settings/file-options.js'
import type { Settings } from '../settings/settings.js'
import type { CachedFile } from '../source/representation.js'
import { describeRepresentation } from './describe-representation.js'
import { WANT_DIGEST_FIELDS } from './digest-fields.js'
import type { HeaderFields, ReplyFields } from './header-fields.js'
import { linksOf } from './link-fields.js'
import type { ResponsePlan } from './plan-response.js'
import { sendProblemResponse } from './problem-response.js'
import { recordSent } from './record-sent.js'
import { cachedLines, planCached, renderedFields } from './rendered-file.js'
import { plannedFacts } from './select-version.js'
import { applyHeaders, writeFields } from './write-fields.js'

/**
 * Sends a cached file in the current turn of the event loop, without a transfer, a promise or a
 * descriptor. Returns undefined where the request or the file needs the path through `source.open`.
 */
export function respondFromCache(
  context: RegistrationContext<Settings>,
  requested: RequestedFile,
  reply: FastifyReply,
): FastifyReply | undefined {
  const { settings } = requested
  if (!isSynchronous(context, requested, reply)) return undefined
  const key = cachedKey(requested.key, settings)
  // `allowedPath` has to judge the path of the index too.
  if (key !== requested.key && context.settings.allowedPath !== undefined) return undefined
  const cached = requested.served.source.cached?.(key)
  if (cached === undefined) return undefined
  const now = Date.now()
  const { facts } = cached
  // A future mtime is clamped to Date, so this response can't be cached.
  if (facts.lastModified !== undefined && facts.lastModified > now) return undefined
  const application = reply.getHeaders()
  const { statusCode: status } = reply
  const links = linksOf(context, requested, key, reply)
  const fields = describe(cached, requested, { application, status, now, links })
  // The coding depends on the precompressed siblings of the file, which are not cached.
  const contentType = fields['content-type'] ?? facts.contentType
  if (requested.codings.length > 0 && isCompressible(String(contentType))) return undefined
  const { method = '', headers: request } = reply.request.raw
  const planned = plannedFacts(facts, settings.fields)
  const inputs = {
    method,
    request,
    facts: planned,
    fields,
    coding: undefined,
    status,
    now,
    boundary,
  }
  const plan = planCached(cached, inputs)
  if (plan.kind === 'problem') return sendProblemResponse(reply, plan)
  const bytes = contentOf(plan, cached)
  if (bytes === undefined) return undefined
  // Of a new connection of TLS, the first bytes are sent in small records, one after the other.
  if (recordsOf(reply.raw)?.permitWhole(bytes.length) === false) return undefined
  return write(context, reply, { cached, plan, bytes, application })
}

/** Fields of requests whose responses have further fields. */
const RARE_FIELDS = [...WANT_DIGEST_FIELDS, ...DLNA_FIELDS]

/** Whether the request and the reply need nothing asynchronous: no faults, frames, digests or hooks. */
function isSynchronous(
  { settings, internals, transfers }: RegistrationContext<Settings>,
  { signal, settings: { fields, onFile } }: RequestedFile,
  reply: FastifyReply,
): boolean {
  const { faults, digest, setHeaders } = settings
  if (transfers.rates !== undefined) return false
  if (faults !== undefined || fields.etag === 'content' || digest === 'known') return false
  if (setHeaders !== undefined || onFile !== undefined || signal !== undefined) return false
  const { raw } = reply.request
  if (!hasRoom(reply.raw)) return false
  const { headers } = raw
  if (namesFrames(headers.accept)) return false
  for (const field of RARE_FIELDS) if (headers[field] !== undefined) return false
  return internals.skipsOnSend(reply)
}

/**
 * Whether the socket's buffer is empty, so that no earlier response waits for the client. A stream of HTTP/2 has one
 * response, for which its flow control makes room.
 */
function hasRoom(response: Response): boolean {
  if (response.headersSent) return false
  return 'stream' in response ? response.stream.writable : response.socket?.writableLength === 0
}

/** The key of the file; of a folder, the key of its first index, which may be absent. */
function cachedKey(key: string, { index: [first] }: FileSettings): string {
  const isFolder = key === '' || key.endsWith('/')
  return isFolder && first !== undefined ? key + first : key
}

interface Described {
  readonly application: ReplyFields
  readonly status: number
  readonly now: number
  readonly links: readonly string[] | undefined
}

function describe(
  cached: CachedFile,
  { settings: { fields: settings }, disposition }: RequestedFile,
  { application, status, now, links }: Described,
): HeaderFields {
  const { facts } = cached
  const { etag, lastModified } = facts
  const base = { facts, etag, lastModified, digests: 'sent', settings, status } as const
  const description = links === undefined ? base : { ...base, links }
  // Those of a URL are not those of a call that sends the same file.
  if (disposition !== undefined || links !== undefined || status !== 200 || !isEmpty(application)) {
    return describeRepresentation({ ...description, disposition }, application, now)
  }
  return renderedFields(cached, settings, () =>
    describeRepresentation(description, application, now),
  )
}

function isEmpty(fields: ReplyFields): boolean {
  for (const _name in fields) return false
  return true
}

const NOTHING = Buffer.alloc(0)
const boundary = () => ''

type WritablePlan = Exclude<ResponsePlan, { kind: 'problem' }>

/** The content of the response; undefined where it can't be read synchronously. */
function contentOf(plan: WritablePlan, cached: CachedFile): Buffer | undefined {
  if (plan.kind !== 'body') return NOTHING
  const [only, ...more] = plan.layout.pieces
  // A multipart body needs a new boundary for each response.
  if (only?.kind !== 'slice' || more.length > 0) return undefined
  return cached.read(only.slice)
}

interface Rendering {
  readonly cached: CachedFile
  readonly plan: WritablePlan
  readonly bytes: Buffer
  readonly application: ReplyFields
}

/** Writes to the response directly: `skipsOnSend` has confirmed that no onSend hook applies. */
function write(
  context: RegistrationContext<Settings>,
  reply: FastifyReply,
  { cached, plan, bytes, application }: Rendering,
): FastifyReply {
  const response = reply.raw as Response
  const isPlain = isEmpty(application) && !hasResponseListeners(response)
  let release: (() => void) | undefined
  if ('stream' in response) {
    // A copy: frames of a stream that was reset may still be in the queue of its session.
    const content = Buffer.from(bytes)
    const send = isPlain && isUntouched(response) ? writeWhole : writeApplied
    if (send === writeApplied) applyFields(reply, plan)
    reply.hijack()
    writeAfterRead(
      response,
      () => send(response, plan, content),
      (error) => reply.log.error({ err: toError(error) }, 'cannot send a response from memory'),
    )
  } else {
    // A replaced `end` may use the bytes when the response is finished.
    const content = response.end === ServerResponse.prototype.end ? bytes : Buffer.from(bytes)
    if (isPlain) {
      response.writeHead(plan.status, cachedLines(cached, plan))
      skipRequestBody(reply.request.raw)
    } else {
      applyFields(reply, plan)
      // Throws for fields that can't be sent; after `hijack` no error status could be sent.
      response.writeHead(plan.status)
    }
    reply.hijack()
    release = cached.retain?.()
    response.end(content)
  }
  recordSent(context, reply, { bytes: bytes.length, release })
  return reply
}

function applyFields(reply: FastifyReply, { status, fields }: WritablePlan): void {
  writeFields(reply.code(status), fields)
  applyHeaders(reply)
}

/** Sends a response whose fields are set on it. */
function writeApplied(
  response: Http2ServerResponse,
  { status }: WritablePlan,
  bytes: Uint8Array,
): void {
  response.writeHead(status)
  response.end(bytes)
}

/**
 * Whether a hook, the log or the application listens for the end of the response, and may read its
 * fields.
 */
function hasResponseListeners(response: Response): boolean {
  // One listener of `finish` is node:http's own; node:http2 has none.
  const own = 'stream' in response ? 0 : 1
  return response.listenerCount('finish') > own || response.listenerCount('close') > 0
}

/**
 * After the response, Node reads a request that has not ended, which costs ten callbacks. Reading it here
 * avoids them for a request without a body and without listeners.
 */
function skipRequestBody(request: IncomingMessage): void {
  const { headers } = request
  if ('content-length' in headers || 'transfer-encoding' in headers) return
  if (request.listenerCount('end') + request.listenerCount('close') === 0) request.read(0)
}
