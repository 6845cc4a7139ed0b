import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { performEnding, whenFinished } from '../delivery/response-writer.js'
import { asLastbyteError } from '../errors.js'
import { isCompressible } from '../http/content-coding.js'
import { DLNA_FIELDS } from '../http/dlna.js'
import { namesFrames } from '../http/frame-form.js'
import { beginTransfer, recordCompleted } from '../request/begin-transfer.js'
import type { RegistrationContext } from '../request/context.js'
import type { RequestedFile } from '../request/exchange.js'
import { type FieldSettings, isSameFields } from '../settings/field-options.js'
import type { FileSettings } from '../settings/file-options.js'
import type { Settings } from '../settings/settings.js'
import type { CachedFile } from '../source/representation.js'
import { describeRepresentation } from './describe-representation.js'
import { WANT_DIGEST_FIELDS } from './digest-fields.js'
import type { HeaderFields, ReplyFields } from './header-fields.js'
import { linksOf } from './link-fields.js'
import { planResponse, type ResponsePlan } from './plan-response.js'
import { sendProblemResponse } from './problem-response.js'
import { plannedFacts } from './select-version.js'
import { applyHeaders, fieldLines, writeFields } from './write-fields.js'

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
  const plan = planResponse(inputs)
  if (plan.kind === 'problem') return sendProblemResponse(reply, plan)
  const bytes = contentOf(plan, cached)
  if (bytes === undefined) return undefined
  return write(context, reply, { plan, bytes, application })
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
  if (raw.httpVersionMajor !== 1 || !hasRoom(reply.raw)) return false
  const { headers } = raw
  if (namesFrames(headers.accept)) return false
  for (const field of RARE_FIELDS) if (headers[field] !== undefined) return false
  return internals.skipsOnSend(reply)
}

/** Whether the socket's buffer is empty, so that no earlier response waits for the client. */
function hasRoom({ socket, headersSent }: ServerResponse): boolean {
  return socket?.writableLength === 0 && !headersSent
}

/** The key of the file; of a folder, the key of its first index, which may be absent. */
function cachedKey(key: string, { index: [first] }: FileSettings): string {
  const isFolder = key === '' || key.endsWith('/')
  return isFolder && first !== undefined ? key + first : key
}

/** The fields of a cached file for an application that sets none, kept in its `rendered`. */
interface Rendered {
  readonly settings: FieldSettings
  readonly fields: HeaderFields
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
  const known = cached.rendered as Rendered | undefined
  if (known !== undefined && isSameFields(known.settings, settings)) return known.fields
  const fields = describeRepresentation(description, application, now)
  cached.rendered = { settings, fields } satisfies Rendered
  return fields
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
  readonly plan: WritablePlan
  readonly bytes: Buffer
  readonly application: ReplyFields
}

/** Writes to the response directly: `skipsOnSend` has confirmed that no onSend hook applies. */
function write(
  context: RegistrationContext<Settings>,
  reply: FastifyReply,
  { plan, bytes, application }: Rendering,
): FastifyReply {
  const { raw, request } = reply
  if (isEmpty(application) && !hasResponseListeners(reply)) {
    raw.writeHead(plan.status, fieldLines(plan.fields))
    skipRequestBody(request.raw)
  } else {
    writeFields(reply.code(plan.status), plan.fields)
    applyHeaders(reply)
    // Throws for fields that can't be sent; after `hijack` no error status could be sent.
    raw.writeHead(plan.status)
  }
  reply.hijack()
  raw.end(bytes)
  return recordSent(context, reply, bytes.length)
}

/**
 * Whether a hook, the log or the application listens for the end of the response, and may read its
 * fields.
 */
function hasResponseListeners({ raw }: FastifyReply): boolean {
  // One listener of `finish` is node:http's own.
  return raw.listenerCount('finish') > 1 || raw.listenerCount('close') > 0
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

/** Records the transfer: at once if the kernel has accepted all bytes, otherwise when it has. */
function recordSent(
  context: RegistrationContext<Settings>,
  reply: FastifyReply,
  bytes: number,
): FastifyReply {
  const { raw } = reply
  if (raw.writableFinished) {
    recordCompleted(context, reply, bytes)
    return reply
  }
  const { transfer } = beginTransfer(context, reply)
  transfer.status = reply.statusCode
  transfer.expected = bytes
  transfer.waitFor('client')
  transfer.during(whenFinished(raw)).then(
    () => {
      context.transfers.countBytes(transfer, bytes)
      transfer.settle({ kind: 'complete' })
    },
    (thrown) => {
      performEnding({ kind: 'cut' }, raw)
      const error = asLastbyteError(thrown, 'CLIENT_GONE', 'Cannot send body')
      transfer.settle({ kind: 'failed', error })
    },
  )
  return reply
}
