import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { performEnding, whenFinished } from '../delivery/response-writer.js'
import { asLastbyteError } from '../errors.js'
import { mayBeCoded } from '../http/content-coding.js'
import { type DeliveryPlan, planDelivery } from '../http/delivery-plan.js'
import { namesFrames } from '../http/frame-form.js'
import type { RegistrationContext } from '../request/context.js'
import { beginTransfer, type RequestedFile, recordCompleted } from '../request/exchange.js'
import { applyHeaders, hasResponseListeners, skipsOnSend } from '../request/fastify-internals.js'
import type { Settings } from '../settings/settings.js'
import type { CachedFile, Facts } from '../source/byte-source.js'
import { WANT_DIGEST_FIELDS } from './digest-headers.js'
import { logProblem, RANGE_NOT_SATISFIABLE, REPRESENTATION_FIELDS } from './problem-response.js'
import { addVary, type Fields, fieldsOf } from './representation-headers.js'

/**
 * Answers in this very turn where that can be done without waiting for anybody: no record is begun, no
 * promise made, nothing held open. undefined where the request, or what it asks for, needs more.
 */
export function respondFromCache(
  context: RegistrationContext<Settings>,
  requested: RequestedFile,
  reply: FastifyReply,
): FastifyReply | undefined {
  if (!isPlain(context.settings, requested, reply)) return undefined
  const held = requested.served.source.cached?.(heldKey(requested.key, context.settings))
  if (held === undefined) return undefined
  const { facts } = held
  if (requested.codings.length > 0 && mayBeCoded(facts.contentType)) return undefined
  const now = Date.now()
  // One from the future is told as of now, which changes by the second.
  if (facts.lastModified !== undefined && facts.lastModified > now) return undefined
  const { method, headers } = reply.request.raw
  const told = tellOnce(held, requested.cacheControl)
  const own = Object.keys(reply.getHeaders())
  if (!takes(own, told)) return undefined
  const answer = answerTo(planDelivery(method ?? '', headers, facts, now), method, told, held)
  if (answer === undefined) return undefined
  const isBare = own.length === 0 && !hasResponseListeners(reply)
  return sendAtOnce(context, reply, answer, isBare ? 'bare' : 'shared')
}

/** Whether nothing is requested of the request but bytes, of the reply but to send them. */
function isPlain(
  { faults, etag, digest, setHeaders }: Settings,
  { signal }: RequestedFile,
  reply: FastifyReply,
): boolean {
  if (faults !== undefined || etag !== 'stat' || digest === 'known') return false
  if (setHeaders !== undefined || signal !== undefined) return false
  const { raw } = reply.request
  if (raw.httpVersionMajor !== 1 || reply.statusCode !== 200 || !hasRoom(reply.raw)) return false
  const { headers } = raw
  if (namesFrames(headers.accept)) return false
  for (const field of WANT_DIGEST_FIELDS) if (headers[field] !== undefined) return false
  return skipsOnSend(reply)
}

/** Whether what is given now goes out now: nothing is held for a client that does not read. */
function hasRoom({ socket, headersSent }: ServerResponse): boolean {
  return socket?.writableLength === 0 && !headersSent
}

/** A folder stands for its first index, if that is there. */
function heldKey(key: string, { index: [first] }: Settings): string {
  const isFolder = key === '' || key.endsWith('/')
  return isFolder && first !== undefined ? key + first : key
}

interface Answer {
  readonly kind: 'transfer' | 'refusal'
  readonly status: number
  readonly fields: Fields
  readonly bytes: Buffer | undefined
}

function answerTo(
  plan: DeliveryPlan,
  method: string | undefined,
  told: Told,
  held: CachedFile,
): Answer | undefined {
  switch (plan.kind) {
    case 'not-modified':
      return { kind: 'transfer', status: 304, fields: told.bodiless, bytes: undefined }
    case 'unsatisfiable':
      return { kind: 'refusal', status: 416, ...unsatisfiable(plan) }
    case 'whole': {
      if (method === 'HEAD') {
        return { kind: 'transfer', status: 200, fields: told.whole, bytes: undefined }
      }
      const bytes = held.read(plan.slice)
      return bytes && { kind: 'transfer', status: 200, fields: told.whole, bytes }
    }
    case 'slice': {
      const { slice, contentRange } = plan
      const length = String(slice.end - slice.start)
      const fields = { ...told.whole, 'content-length': length, 'content-range': contentRange }
      const bytes = held.read(slice)
      return bytes && { kind: 'transfer', status: 206, fields, bytes }
    }
    default:
      return undefined
  }
}

function unsatisfiable({ contentRange }: { readonly contentRange: string }) {
  const { fields, bytes } = RANGE_NOT_SATISFIABLE
  const all = { 'accept-ranges': 'bytes', vary: 'Accept', ...fields, 'content-range': contentRange }
  return { fields: all, bytes }
}

/** The fields of a version. */
interface Told {
  readonly cacheControl: string | undefined
  readonly whole: Fields
  /** Those of an answer that has no body. */
  readonly bodiless: Fields
}

/** The fields of a version, made once. */
function tellOnce(held: CachedFile, cacheControl: string | undefined): Told {
  const known = held.rendered as Told | undefined
  if (known !== undefined && known.cacheControl === cacheControl) return known
  const told = tell(held.facts, cacheControl)
  held.rendered = told
  return told
}

function tell(facts: Facts, cacheControl: string | undefined): Told {
  const { etag, lastModified, size } = facts
  const all: Fields = { ...fieldsOf(facts, { etag, lastModified, cacheControl }), vary: 'Accept' }
  const { 'content-type': _type, ...bodiless } = all
  return { cacheControl, whole: { ...all, 'content-length': String(size) }, bodiless }
}

/** Whether the application has set none of what is to be told, or withheld: its own fields would count. */
function takes(own: readonly string[], { whole }: Told): boolean {
  return own.every((field) => {
    if (field === 'vary') return true
    return !(field in whole || REPRESENTATION_FIELDS.has(field) || field.startsWith('content-'))
  })
}

/** Past Fastify's own sending, which no hook is to see. */
function sendAtOnce(
  context: RegistrationContext<Settings>,
  reply: FastifyReply,
  { kind, status, fields, bytes }: Answer,
  place: 'bare' | 'shared',
): FastifyReply {
  const { raw, request } = reply
  if (place === 'bare') {
    raw.writeHead(status, fields)
    expectNoBody(request.raw)
  } else {
    show(reply.code(status), fields)
  }
  reply.hijack()
  raw.end(bytes)
  if (kind === 'transfer') return recordSent(context, reply, bytes?.length ?? 0)
  logProblem(reply, RANGE_NOT_SATISFIABLE)
  return reply
}

/** All fields of the answer, the application's own too, wherever somebody may look for them. */
function show(reply: FastifyReply, { vary: _vary, ...fields }: Fields): void {
  addVary(reply.headers(fields), 'Accept')
  applyHeaders(reply)
}

/**
 * Node reads every request to its end that nobody has read, also one without a body, in ten steps of
 * its queue. One that was requested for its bytes is left alone; not if somebody waits for its end.
 */
function expectNoBody(request: IncomingMessage): void {
  const { headers } = request
  if ('content-length' in headers || 'transfer-encoding' in headers) return
  if (request.listenerCount('end') + request.listenerCount('close') === 0) request.read(0)
}

/** What the system has taken whole is over. Whoever takes it later is looked after as any other. */
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
  transfer.waitFor('client')
  transfer.during(whenFinished(raw)).then(
    () => {
      context.transfers.countBytes(transfer, bytes)
      transfer.settle()
    },
    (error) => {
      performEnding({ kind: 'cut' }, raw)
      transfer.settle(asLastbyteError(error, 'CLIENT_GONE', 'Cannot send body'))
    },
  )
  return reply
}
