import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Layout } from './body/layout.js'
import { layoutMultipart } from './body/multipart.js'
import { layoutRaw } from './body/raw.js'
import { BodyStream } from './delivery/body-stream.js'
import { type Body, deliver, openBody } from './delivery/deliver.js'
import { carryOut } from './delivery/response-writer.js'
import { contentTag, digestFields } from './digest-answer.js'
import { asLastbyteError, LastbyteError } from './errors.js'
import type { Exchange } from './exchange.js'
import { type DeliveryPlan, planDelivery, planWhole } from './http/delivery-plan.js'
import { formatHttpDate, parseHttpDate } from './http/http-date.js'
import { mediaType } from './http/media-type.js'
import type { Validators } from './http/precondition.js'
import type { HeaderReply } from './options.js'
import { refuse } from './refusal.js'
import type { Representation } from './source/byte-source.js'

/** An opened representation and the key under which it was found. */
interface Found {
  readonly key: string
  readonly representation: Representation
}

/** A plan whose answer carries bytes of the representation. */
type BodyPlan = Extract<DeliveryPlan, { kind: 'whole' | 'slice' | 'slices' }>

/**
 * Sends a representation as the request wants it. Closes it when all is done; rejects, with it
 * closed, where nothing has been sent yet.
 */
export async function send(exchange: Exchange, found: Found): Promise<FastifyReply> {
  const { representation } = found
  let handedOn = false
  try {
    await describe(exchange, found)
    const plan = planFor(exchange.reply, representation)
    await addDigests(exchange, found, plan)
    if (!hasBody(plan)) return answerBodiless(exchange, plan)

    const layout = layOut(plan, representation, exchange.reply)
    addBodyFields(exchange, plan, layout)
    if (exchange.reply.request.method === 'HEAD') return settleEmpty(exchange)

    const body = await openBody(layout, representation, exchange.transfer)
    handedOn = true
    return exchange.reply.send(bodyStream(exchange, representation, body))
  } finally {
    if (!handedOn) representation.close().catch(() => {})
  }
}

/** The fields that hold for every answer of this version; what the application has set stays. */
async function describe({ desk, asked, reply, transfer }: Exchange, found: Found): Promise<void> {
  const { facts, file } = found.representation
  const { etag, lastModified, name } = facts
  const { settings } = desk
  const fields: Record<string, string | undefined> = {
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'content-type': mediaType(name),
    'cache-control': asked.cacheControl,
    etag,
    'last-modified': lastModified === undefined ? undefined : formatHttpDate(lastModified),
  }
  if (settings.etag === 'content' && etag !== undefined) {
    transfer.waitFor('ourselves')
    const version = { key: found.key, etag, size: facts.size }
    fields.etag = await contentTag(version, asked.stock.digests, transfer.signal)
  }
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined && !reply.hasHeader(field)) reply.header(field, value)
  }
  if (settings.setHeaders !== undefined) {
    const setHeader = (field: string, value: string) => void reply.header(field, value)
    const headerReply: HeaderReply = Object.create(reply, { setHeader: { value: setHeader } })
    settings.setHeaders(headerReply, file?.path ?? found.key, file?.stat)
  }
}

/** A status of the application's own, such as 404 for an error page, is not for conditions to change. */
function planFor(reply: FastifyReply, { facts }: Representation): DeliveryPlan {
  const { request } = reply
  const now = Date.now()
  if (reply.statusCode !== 200) return planWhole(facts)
  const selected = { size: facts.size, ...validatorsOf(reply, now) }
  return planDelivery(request.method, request.headers, selected, now)
}

function validatorsOf(reply: FastifyReply, now: number): Validators {
  const etag = reply.getHeader('etag')?.toString()
  const lastModified = parseHttpDate(reply.getHeader('last-modified')?.toString(), now)
  return { etag, lastModified }
}

async function addDigests(exchange: Exchange, { key, representation }: Found, plan: DeliveryPlan) {
  const { desk, asked, reply, transfer } = exchange
  const { etag, size } = representation.facts
  if (desk.settings.digest === 'off' || etag === undefined || !hasBody(plan)) return
  transfer.waitFor('ourselves')
  const version = { key, etag, size }
  reply.headers(
    await digestFields(
      reply.request,
      plan,
      version,
      desk.settings,
      asked.stock.digests,
      transfer.signal,
    ),
  )
  transfer.signal.throwIfAborted()
}

function hasBody(plan: DeliveryPlan): plan is BodyPlan {
  return plan.kind === 'whole' || plan.kind === 'slice' || plan.kind === 'slices'
}

function answerBodiless(exchange: Exchange, plan: Exclude<DeliveryPlan, BodyPlan>): FastifyReply {
  const { desk, reply, transfer } = exchange
  switch (plan.kind) {
    case 'not-modified':
      transfer.status = plan.status
      transfer.settle()
      return reply.code(304).removeHeader('content-type').send()
    case 'failed':
      desk.book.forget(transfer)
      return refuse(reply, 412, 'The file is not the version that the condition asks for.')
    case 'unsatisfiable': {
      desk.book.forget(transfer)
      const fields = { 'content-range': plan.contentRange }
      return refuse(reply, 416, 'No range that was asked for overlaps the file.', fields)
    }
  }
}

function layOut(plan: BodyPlan, { facts }: Representation, reply: FastifyReply): Layout {
  const contentType = String(reply.getHeader('content-type') ?? mediaType(facts.name))
  if (plan.kind !== 'slices') return layoutRaw(plan.slice, contentType)
  return layoutMultipart(plan.slices, facts.size, contentType, randomBytes(16).toString('hex'))
}

function addBodyFields({ reply, transfer }: Exchange, plan: BodyPlan, layout: Layout): void {
  if (plan.status === 206) reply.code(206)
  transfer.status = reply.statusCode
  reply.header('content-type', layout.contentType).header('content-length', layout.length)
  if (plan.kind === 'slice') reply.header('content-range', plan.contentRange)
}

function settleEmpty({ reply, transfer }: Exchange): FastifyReply {
  transfer.settle()
  return reply.send()
}

/** Hands the body to Fastify; from here on the stream frees the representation and ends the record. */
function bodyStream(
  { desk, reply, transfer }: Exchange,
  representation: Representation,
  body: Body,
): BodyStream {
  let running: Promise<void> | undefined
  const end = (error?: unknown) => {
    representation.close().catch((failure) => reply.log.error({ err: failure }, 'cannot close'))
    transfer.settle(
      error === undefined ? undefined : asLastbyteError(error, 'SOURCE_FAILED', 'Cannot send body'),
    )
    stream.settle()
  }
  const stream = new BodyStream((response) => {
    if (response !== reply.raw) {
      const message =
        'Cannot send body: an onSend hook pipes it elsewhere; exclude this route from compression'
      throw new LastbyteError('BODY_INTERCEPTED', message)
    }
    running = deliver(body, response, transfer, (bytes) => desk.book.countBytes(transfer, bytes))
    running.then(
      () => end(),
      (error) => {
        carryOut({ kind: 'cut' }, response)
        end(error)
      },
    )
  })
  transfer.signal.addEventListener('abort', () => {
    if (running === undefined) end(transfer.signal.reason)
  })
  return stream
}
