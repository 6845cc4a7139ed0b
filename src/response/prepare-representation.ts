import { randomBytes } from 'node:crypto'
import type { Layout } from '../body/layout.js'
import type { Part } from '../delivery/body-parts.js'
import { type Body, openBody, openParts } from '../delivery/deliver.js'
import { isPlainConnection } from '../delivery/socket-descriptor.js'
import type { SendableSource } from '../delivery/zero-copy.js'
import type { Announcement, Version } from '../fault/fault.js'
import { answerDlna, type DlnaContent } from '../http/dlna.js'
import { evaluatedFields } from '../request/evaluated-fields.js'
import type { Exchange } from '../request/exchange.js'
import type { FoundRepresentation } from '../request/resolve.js'
import type { Facts } from '../source/representation.js'
import { digestFields } from './digest-fields.js'
import type { HeaderFields } from './header-fields.js'
import { linksOf } from './link-fields.js'
import { planResponse, type ResponsePlan } from './plan-response.js'
import { prepareLive } from './prepare-live.js'
import type { PreparedResponse } from './prepared-response.js'
import { problemResponse } from './problem-response.js'
import { describeVersion, plannedFacts, selectVersion } from './select-version.js'

type BodyPlan = Extract<ResponsePlan, { kind: 'body' }>

/**
 * Prepares the response with a representation. Closes the representation, unless the body of the response
 * reads from it.
 *
 * @throws LastbyteError as the representation's `read` does for its first bytes
 */
export async function prepareRepresentation(
  exchange: Exchange,
  found: FoundRepresentation,
): Promise<PreparedResponse> {
  const release = async () => {
    await found.representation.close()
  }
  let response: PreparedResponse | undefined
  try {
    response = await prepare(exchange, found, release)
    return response
  } finally {
    if (response?.kind !== 'body') release().catch(() => {})
  }
}

async function prepare(
  exchange: Exchange,
  found: FoundRepresentation,
  release: () => Promise<void>,
): Promise<PreparedResponse> {
  const { context, reply, requested, faults } = exchange
  const { method } = reply.request
  const { facts } = found.representation
  const version = await selectVersion(exchange, found)
  const now = Date.now()
  const links = isDescribed(found, version)
    ? linksOf(context, requested, found.key, reply)
    : undefined
  const request = evaluatedFields(exchange)
  const planned = plannedFacts(facts, requested.settings.fields)
  const described = await describeVersion(exchange, { ...found, links }, version, now)
  const dlna =
    reply.statusCode >= 400 ? NO_DLNA : answerDlna(request, contentOf(planned, described))
  if (dlna.kind === 'refused') {
    return problemResponse(reply, { status: dlna.status, detail: dlna.reason })
  }
  const plan = planResponse({
    method,
    request,
    facts: planned,
    fields: { ...dlna.fields, ...described },
    coding: found.coding,
    status: reply.statusCode,
    now,
    boundary: () => randomBytes(16).toString('hex'),
  })
  switch (plan.kind) {
    case 'problem':
      return plan
    case 'not-modified':
    case 'head': {
      const fields = { ...plan.fields, ...(await digestFields(exchange, found, version, plan)) }
      return { kind: 'complete', status: plan.status, fields }
    }
    case 'live':
      return prepareLive(exchange, { plan, version, size: facts.size, release })
    case 'body': {
      const digests = await digestFields(exchange, found, version, plan)
      const body = await openLayout(exchange, found, version, plan.layout)
      const announced = announce(exchange, plan)
      return {
        kind: 'body',
        status: plan.status,
        fields: { ...announcedFields(plan.fields, announced), ...digests },
        body: faults?.body(plan.layout.pieces, body as Body, announced.length) ?? body,
        path: found.representation.file?.path,
        release,
      }
    }
  }
}

const NO_DLNA = { kind: 'fields', fields: {} } as const

function contentOf(
  { given, contentType }: Pick<Facts, 'given' | 'contentType'>,
  described: HeaderFields,
): DlnaContent {
  const type = described['content-type']?.toString() ?? contentType
  return { contentType: type, isRanged: given !== 'whole' }
}

/** Whether a Metalink document describes these bytes: those of a version, without a content coding. */
function isDescribed({ representation, coding }: FoundRepresentation, { etag, digests }: Version) {
  const { fields, chain } = representation.facts
  // What a file will be that still grows is not known.
  if (chain?.state === 'growing') return false
  const isCoded =
    fields?.['content-encoding'] !== undefined || (coding ?? 'identity') !== 'identity'
  return etag !== undefined && digests === 'sent' && !isCoded
}

/**
 * Reads the first bytes, so that a source that fails at once becomes an error status. Files are sent by
 * native calls where neither a fault nor TLS nor HTTP/2 has to process their bytes.
 */
async function openLayout(
  { context, reply, transfer, faults }: Exchange,
  { representation }: FoundRepresentation,
  version: Version,
  layout: Layout,
): Promise<Body<Part>> {
  const { sendable } = representation
  const { zeroCopy } = context
  const { socket } = reply.request.raw
  const isDirect = faults === undefined && isPlainConnection(reply.raw, socket)
  if (!isDirect || !zeroCopy?.isFor(layout)) return openBody(layout, version, transfer)
  const { signal } = transfer
  if (representation.parts !== undefined) {
    const parts = representation.parts.bind(representation)
    const composite = zeroCopy.compositeParts(layout, { source: { parts }, socket, signal })
    return openParts(layout, composite, transfer)
  }
  if (sendable === undefined) return openBody(layout, version, transfer)
  const source: SendableSource = { read: version.read, sendable }
  const destination = { source, socket, signal }
  return openParts(layout, zeroCopy.parts(layout, destination), transfer)
}

/** The length and range that the header section announces, which faults may replace by wrong ones. */
function announce({ faults }: Exchange, { layout, contentRange, fields }: BodyPlan): Announcement {
  const plain: Announcement = { length: layout.length, framing: 'length', contentRange }
  faults?.session.describe(fields)
  const announced = faults?.session.announce(layout.pieces, plain) ?? plain
  faults?.frame(announced.framing)
  return announced
}

function announcedFields(fields: HeaderFields, announced: Announcement): HeaderFields {
  const { 'content-length': _length, 'content-range': _range, ...others } = fields
  const { length, framing, contentRange } = announced
  return {
    ...others,
    ...(framing === 'length' && { 'content-length': String(length) }),
    ...(contentRange !== undefined && { 'content-range': contentRange }),
  }
}
