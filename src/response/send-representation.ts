import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Layout } from '../body/layout.js'
import { layoutMultipart } from '../body/multipart.js'
import { layoutRaw } from '../body/raw.js'
import type { Part } from '../delivery/body-parts.js'
import { type Body, openBody, openParts } from '../delivery/deliver.js'
import { isPlainConnection } from '../delivery/socket-descriptor.js'
import type { SendableSource } from '../delivery/zero-copy.js'
import type { Announcement, Version } from '../fault/fault.js'
import type { DeliveryPlan } from '../http/delivery-plan.js'
import type { Exchange } from '../request/exchange.js'
import type { Representation } from '../source/byte-source.js'
import { digestFields, WANT_DIGEST_FIELDS } from './digest-headers.js'
import { sendProblem, sendRangeNotSatisfiable } from './problem-response.js'
import { chosenTag, describe, type Found, planFor, seen } from './representation-headers.js'
import { startDelivery } from './start-delivery.js'

/** A plan whose answer carries bytes of the representation. */
type BodyPlan = Extract<DeliveryPlan, { kind: 'whole' | 'slice' | 'slices' }>

/**
 * Sends a representation as the request wants it. Closes it when all is done; rejects, with it
 * closed, where nothing has been sent yet.
 */
export async function sendRepresentation(exchange: Exchange, found: Found): Promise<FastifyReply> {
  const { representation } = found
  const { reply } = exchange
  let handedOn = false
  try {
    const version = seen(exchange, representation, await chosenTag(exchange, found))
    describe(exchange, found, version)
    const plan = planFor(exchange, representation.facts)
    if (!hasBody(plan)) return sendBodiless(exchange, plan)
    if (mayCarryDigests(exchange, version)) await addDigests(exchange, found, plan)

    const layout = layOut(plan, representation, reply)
    if (reply.request.method === 'HEAD') return settleEmpty(exchange, layout)

    const body = await openFor(exchange, layout, { version, representation })
    const announcement = announce(exchange, plan, layout)
    handedOn = true
    startDelivery(exchange, body(announcement), () => representation.close())
    return reply
  } finally {
    if (!handedOn) representation.close().catch(() => {})
  }
}

/**
 * Opens a body, so that its failure is a status. What comes of it goes by what is announced: faults may
 * say otherwise than is true. Without faults, the system may send files by itself.
 */
async function openFor(
  { context, reply, transfer, faults }: Exchange,
  layout: Layout,
  { version, representation }: { version: Version; representation: Representation },
): Promise<(announced: Announcement) => Body<Part>> {
  if (faults !== undefined) {
    const body = await openBody(layout, version, transfer)
    return ({ length }) => faults.body(layout.pieces, body, length)
  }
  const { sendable } = representation
  const { zeroCopy } = context
  const isDirect = sendable !== undefined && isPlainConnection(reply.raw, reply.request.raw.socket)
  if (!isDirect || !zeroCopy?.isFor(layout)) {
    const body = await openBody(layout, version, transfer)
    return () => body
  }
  const source: SendableSource = { read: version.read, sendable }
  const parts = zeroCopy.parts(layout, source, transfer.signal)
  const body = await openParts(layout, parts, transfer)
  return () => body
}

/** Whether the request asks for a digest, or the settings give one unasked. */
function mayCarryDigests({ context, reply }: Exchange, version: Version): boolean {
  if (version.digests === 'withheld') return false
  const { headers } = reply.request
  const asks = WANT_DIGEST_FIELDS.some((field) => headers[field] !== undefined)
  return context.settings.digest === 'known' || (context.settings.digest === 'asked' && asks)
}

async function addDigests(
  exchange: Exchange,
  { key, representation }: Found,
  plan: BodyPlan,
): Promise<void> {
  const { context, requested, reply, transfer } = exchange
  const { etag, size, query, digest: told } = representation.facts
  if (etag === undefined) return
  transfer.waitFor('server')
  const version = { key, query, etag, size, told }
  const { digests } = requested.served
  reply.headers(
    await digestFields(reply.request, plan, version, context.settings, digests, transfer.signal),
  )
  transfer.signal.throwIfAborted()
}

export function hasBody(plan: DeliveryPlan): plan is BodyPlan {
  return plan.kind === 'whole' || plan.kind === 'slice' || plan.kind === 'slices'
}

/** Answers with a status alone: the conditions or ranges of the request leave no bytes to send. */
export function sendBodiless(
  exchange: Exchange,
  plan: Exclude<DeliveryPlan, BodyPlan>,
): FastifyReply {
  const { context, reply, transfer } = exchange
  switch (plan.kind) {
    case 'not-modified':
      transfer.status = plan.status
      transfer.settle()
      return reply.code(304).removeHeader('content-type').removeHeader('content-encoding').send()
    case 'failed':
      context.transfers.forget(transfer)
      return sendProblem(reply, 412, 'The file is not the version that the condition asks for.')
    case 'unsatisfiable':
      context.transfers.forget(transfer)
      return sendRangeNotSatisfiable(reply, plan)
  }
}

function layOut(plan: BodyPlan, { facts }: Representation, reply: FastifyReply): Layout {
  const contentType = String(reply.getHeader('content-type') ?? facts.contentType)
  if (plan.kind !== 'slices') return layoutRaw(plan.slice, contentType)
  return layoutMultipart(plan.slices, facts.size, contentType, randomBytes(16).toString('hex'))
}

/** Puts on the headers what they say of the body, and says so. */
function announce(exchange: Exchange, plan: BodyPlan, layout: Layout): Announcement {
  const { reply, transfer, faults } = exchange
  const { length } = layout
  const contentRange = plan.kind === 'slice' ? plan.contentRange : undefined
  const plain: Announcement = { length, framing: 'length', contentRange }
  const announcement = faults?.session.announce(layout.pieces, plain) ?? plain
  faults?.frame(announcement.framing)

  if (plan.status === 206) reply.code(206)
  transfer.status = reply.statusCode
  reply.header('content-type', layout.contentType)
  if (announcement.framing === 'length') reply.header('content-length', announcement.length)
  if (announcement.contentRange) reply.header('content-range', announcement.contentRange)
  return announcement
}

function settleEmpty({ reply, transfer }: Exchange, layout: Layout): FastifyReply {
  reply.header('content-type', layout.contentType).header('content-length', layout.length)
  transfer.status = reply.statusCode
  transfer.settle()
  return reply.send()
}
