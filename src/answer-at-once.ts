import type { FastifyReply } from 'fastify'
import { sendsAsGiven } from './as-given.js'
import { carryOut } from './delivery/response-writer.js'
import type { Desk } from './desk.js'
import { WANT_FIELDS } from './digest-answer.js'
import { asLastbyteError } from './errors.js'
import { type Asked, beginDelivery, recordAtOnce } from './exchange.js'
import type { Slice } from './http/byte-range.js'
import { mayBeCoded } from './http/content-coding.js'
import { type DeliveryPlan, planDelivery } from './http/delivery-plan.js'
import { namesFrames } from './http/frame-form.js'
import { refuseRange } from './refusal.js'
import { addVary, fieldsOf } from './represent.js'
import type { Settings } from './settings.js'
import type { Facts, Held } from './source/byte-source.js'

type Fields = Record<string, string | string[]>

/** What is answered at once: one slice, or nothing but a status. */
type PlanAtOnce = Exclude<DeliveryPlan, { kind: 'slices' | 'failed' }>

/**
 * Answers in this very turn, where what is asked for is small and held in memory: no record is begun,
 * no promise made, nothing opened. undefined where the request, or what it asks for, needs more.
 */
export function answerAtOnce(
  desk: Desk<Settings>,
  asked: Asked,
  reply: FastifyReply,
): FastifyReply | undefined {
  if (!isPlain(desk.settings, asked, reply)) return undefined
  const held = asked.stock.source.held?.(heldKey(asked.key, desk.settings))
  if (held === undefined) return undefined
  const { facts, bytes } = held
  if (asked.codings.length > 0 && mayBeCoded(facts.contentType)) return undefined
  const now = Date.now()
  // One from the future is told as of now, which changes by the second.
  if (facts.lastModified !== undefined && facts.lastModified > now) return undefined
  const plan = planDelivery('GET', reply.request.headers, facts, now)
  if (plan.kind === 'slices' || plan.kind === 'failed') return undefined
  const fields = describeOnce(facts, asked.cacheControl)
  if (!takes(reply, fields)) return undefined
  return sendAtOnce(desk, reply, { plan, fields, bytes })
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
  if (raw.method !== 'GET' || raw.httpVersionMajor !== 1 || reply.statusCode !== 200) return false
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

interface AnswerAtOnce {
  readonly plan: PlanAtOnce
  readonly fields: Fields
  readonly bytes: Held['bytes']
}

function sendAtOnce(
  desk: Desk<Settings>,
  reply: FastifyReply,
  { plan, fields, bytes }: AnswerAtOnce,
): FastifyReply {
  addVary(reply, 'Accept')
  if (plan.kind === 'unsatisfiable') {
    return refuseRange(reply.header('accept-ranges', 'bytes'), plan)
  }
  reply.headers(fields)
  if (plan.kind === 'not-modified') {
    reply.code(304).removeHeader('content-type').send()
    return recordSent(desk, reply, 0)
  }
  const { start, end } = plan.slice
  if (plan.kind === 'slice') reply.code(206).header('content-range', plan.contentRange)
  reply.header('content-length', end - start).send(partOf(bytes, plan.slice))
  return recordSent(desk, reply, end - start)
}

function partOf(bytes: Buffer, { start, end }: Slice): Buffer {
  return end - start === bytes.length ? bytes : bytes.subarray(start, end)
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
