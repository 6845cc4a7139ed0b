import type { FastifyRequest } from 'fastify'
import { sendInterim } from '../delivery/interim-response.js'
import { FAULT_FIELD, withoutFault } from '../fault/fault-header.js'
import { singleValue } from '../http/precondition.js'
import { withRepeated } from '../http/raw-fields.js'
import { splitTarget } from '../http/request-target.js'
import { printableText } from '../printable-text.js'
import type { Heal } from '../resume/retry-loop.js'
import type { Asker, OpenRequest } from '../source/byte-source.js'
import type { Delivery, Exchange, RequestedFile } from './exchange.js'

/** A transfer, and the path of its request target. */
interface RequestScope extends Delivery {
  readonly requested: Pick<RequestedFile, 'path'>
}

/** The request to the source. With a fault layer, its fields and query parameters are removed. */
export function sourceRequest(exchange: RequestScope): OpenRequest {
  const { reply, context, requested, faults } = exchange
  const { method, headers, raw } = reply.request
  const { [FAULT_FIELD]: _faults, ...others } = headers
  const { query } = splitTarget(raw.url ?? '')
  const hasFaults = context.settings.faults !== undefined
  const received = withRepeated(hasFaults ? others : headers, raw.rawHeaders)
  const fields = faults?.session.fields(received) ?? received
  return {
    method: method === 'HEAD' ? 'HEAD' : 'GET',
    range: singleValue(fields.range),
    path: requested.path,
    query: hasFaults ? withoutFault(query) : query,
    fields,
    asker: clientOf(reply.request),
    onInterim: (interim) => sendInterim(raw, reply.raw, interim),
    onHeal: (heal) => recordHeal(exchange, heal),
  }
}

/** The request to the source for the bytes of a file, without fields that its settings switch off. */
export function sourceRequestForFile(exchange: Exchange): OpenRequest {
  const { fields = {}, ...request } = sourceRequest(exchange)
  const { acceptRanges, etag, lastModified } = exchange.requested.settings.fields
  if (acceptRanges && lastModified && etag !== 'none') return { ...request, fields }
  const unused = new Set([
    ...(acceptRanges ? [] : ['range', 'if-range']),
    ...(etag === 'none' ? ['if-match', 'if-none-match'] : []),
    ...(lastModified ? [] : ['if-modified-since', 'if-unmodified-since']),
  ])
  return {
    ...request,
    range: acceptRanges ? request.range : undefined,
    fields: without(fields, unused),
  }
}

/** Fields that apply to the frames; the source is requested for the whole representation without them. */
const FRAME_FIELDS = new Set([
  'range',
  'if-match',
  'if-none-match',
  'if-range',
  'if-modified-since',
  'if-unmodified-since',
])

/** Fields that ask for frames. A server behind this one may have an event stream of its own. */
const STREAM_FIELDS = new Set(['accept', 'last-event-id'])

/**
 * The request to the source for a response in frames. A request that is forwarded as received keeps its query and
 * the fields that ask for frames.
 *
 * @param query without the parameters of frames
 */
export function sourceRequestForFrames(exchange: RequestScope, query: string): OpenRequest {
  const { fields = {}, ...request } = sourceRequest(exchange)
  const kept = without(fields, FRAME_FIELDS)
  if (request.path !== undefined) return { ...request, range: undefined, fields: kept }
  return {
    ...request,
    range: undefined,
    query: exchange.context.settings.faults === undefined ? query : withoutFault(query),
    fields: without(kept, STREAM_FIELDS),
  }
}

function without(
  fields: NonNullable<OpenRequest['fields']>,
  names: ReadonlySet<string>,
): NonNullable<OpenRequest['fields']> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)))
}

/** The client's address and protocol, for the X-Forwarded and Via fields. */
export function clientOf({ ip, protocol, host, raw }: FastifyRequest): Asker {
  return { address: ip, protocol, host, httpVersion: raw.httpVersion }
}

/** Counts and logs a source read that is about to be resumed. */
function recordHeal({ context, reply, transfer }: Delivery, heal: Heal): void {
  const { offset, tries, wait, error } = heal
  context.transfers.countHeal(transfer)
  const path = printableText(transfer.subject.path)
  const { code, message } = error
  const ms = Math.round(wait)
  reply.log.warn({ path, offset, tries, wait: ms, error: { code, message } }, 'source read resumed')
}
