import type { FastifyReply } from 'fastify'
import { sendsAsGiven } from './as-given.js'
import { carryOut } from './delivery/response-writer.js'
import type { Desk } from './desk.js'
import { WANT_FIELDS } from './digest-answer.js'
import { asLastbyteError } from './errors.js'
import { type Asked, beginDelivery, recordAtOnce } from './exchange.js'
import { mayBeCoded } from './http/content-coding.js'
import { type DeliveryPlan, planDelivery } from './http/delivery-plan.js'
import { namesFrames } from './http/frame-form.js'
import { refuseRange } from './refusal.js'
import { addVary, fieldsOf } from './represent.js'
import type { Settings } from './settings.js'
import type { Facts, Held } from './source/byte-source.js'

type Fields = Record<string, string | string[]>

/**
 * Answers in this very turn where that can be done by what is held in memory: no record is begun, no
 * promise made, nothing opened. undefined where the request, or what it asks for, needs more.
 */
export function answerAtOnce(
  desk: Desk<Settings>,
  asked: Asked,
  reply: FastifyReply,
): FastifyReply | undefined {
  if (!isPlain(desk.settings, asked, reply)) return undefined
  const held = asked.stock.source.held?.(heldKey(asked.key, desk.settings))
  if (held === undefined) return undefined
  const { facts } = held
  if (asked.codings.length > 0 && mayBeCoded(facts.contentType)) return undefined
  const now = Date.now()
  // One from the future is told as of now, which changes by the second.
  if (facts.lastModified !== undefined && facts.lastModified > now) return undefined
  const { method, headers } = reply.request.raw
  const answer = plan(planDelivery(method ?? '', headers, facts, now), method, held)
  if (answer === undefined) return undefined
  const fields = describeOnce(facts, asked.cacheControl)
  return takes(reply, fields) ? sendAtOnce(desk, reply, fields, answer) : undefined
}

/** Whether nothing is asked of the request but bytes, of the reply but to send them. */
function isPlain(
  { faults, etag, digest, setHeaders }: Settings,
  { signal }: Asked,
  reply: FastifyReply,
): boolean {
  if (faults !== undefined || etag !== 'stat' || digest === 'known') return false
  if (setHeaders !== undefined || signal !== undefined) return false
  const { raw } = reply.request
  if (raw.httpVersionMajor !== 1 || reply.statusCode !== 200) return false
  const { headers } = raw
  if (namesFrames(headers.accept)) return false
  for (const field of WANT_FIELDS) if (headers[field] !== undefined) return false
  return sendsAsGiven(reply)
}

/** A folder stands for its first index, if that is there. */
function heldKey(key: string, { index: [first] }: Settings): string {
  const isFolder = key === '' || key.endsWith('/')
  return isFolder && first !== undefined ? key + first : key
}

/** What is answered at once: a status alone, or with fields of a body, or with the body too. */
type Answer =
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'unsatisfiable'; readonly contentRange: string }
  | { readonly kind: 'head'; readonly length: number }
  | { readonly kind: 'body'; readonly contentRange: string | undefined; readonly bytes: Buffer }

function plan(plan: DeliveryPlan, method: string | undefined, { bytes }: Held): Answer | undefined {
  switch (plan.kind) {
    case 'not-modified':
    case 'unsatisfiable':
      return plan
    case 'whole':
      if (method === 'HEAD') return { kind: 'head', length: plan.slice.end }
      return bytes && { kind: 'body', contentRange: undefined, bytes }
    case 'slice': {
      const { slice, contentRange } = plan
      return bytes && { kind: 'body', contentRange, bytes: bytes.subarray(slice.start, slice.end) }
    }
    default:
      return undefined
  }
}

interface Described {
  readonly cacheControl: string | undefined
  readonly fields: Fields
}

const described = new WeakMap<Facts, Described>()

/** The fields of a version, made once. */
function describeOnce(facts: Facts, cacheControl: string | undefined): Fields {
  const known = described.get(facts)
  if (known !== undefined && known.cacheControl === cacheControl) return known.fields
  const { etag, lastModified } = facts
  const fields = fieldsOf(facts, { etag, lastModified, cacheControl })
  described.set(facts, { cacheControl, fields })
  return fields
}

/** Whether the application has set none of what is to be told: its own fields would count. */
function takes(reply: FastifyReply, fields: Fields): boolean {
  for (const field in reply.getHeaders()) {
    if (field in fields || field.startsWith('content-')) return false
  }
  return true
}

function sendAtOnce(
  desk: Desk<Settings>,
  reply: FastifyReply,
  fields: Fields,
  answer: Answer,
): FastifyReply {
  addVary(reply, 'Accept')
  if (answer.kind === 'unsatisfiable') {
    return refuseRange(reply.header('accept-ranges', 'bytes'), answer)
  }
  reply.headers(fields)
  switch (answer.kind) {
    case 'not-modified':
      reply.code(304).removeHeader('content-type').send()
      return recordSent(desk, reply, 0)
    case 'head':
      reply.header('content-length', answer.length).send()
      return recordSent(desk, reply, 0)
    case 'body': {
      const { bytes, contentRange } = answer
      if (contentRange !== undefined) reply.code(206).header('content-range', contentRange)
      reply.header('content-length', bytes.length).send(bytes)
      return recordSent(desk, reply, bytes.length)
    }
  }
}

/** What the system has taken whole is over. Whoever takes it later is looked after as any other. */
function recordSent(desk: Desk<Settings>, reply: FastifyReply, bytes: number): FastifyReply {
  const { raw } = reply
  if (raw.writableFinished) {
    recordAtOnce(desk, reply, bytes)
    return reply
  }
  const { transfer } = beginDelivery(desk, reply)
  transfer.status = reply.statusCode
  transfer.waitFor('client')
  transfer
    .during((taken) => void raw.once('finish', taken))
    .then(
      () => {
        desk.book.countBytes(transfer, bytes)
        transfer.settle()
      },
      (error) => {
        carryOut({ kind: 'cut' }, raw)
        transfer.settle(asLastbyteError(error, 'CLIENT_GONE', 'Cannot send body'))
      },
    )
  return reply
}
