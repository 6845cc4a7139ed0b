import type { FastifyReply } from 'fastify'
import type { Version } from '../fault/fault.js'
import type { ContentCoding } from '../http/content-coding.js'
import { type DeliveryPlan, planDelivery, planWhole } from '../http/delivery-plan.js'
import { parseEntityTag } from '../http/entity-tag.js'
import { formatHttpDate, parseHttpDate } from '../http/http-date.js'
import type { Exchange } from '../request/exchange.js'
import type { HeaderReply } from '../settings/options.js'
import type { Facts, Representation } from '../source/byte-source.js'
import { contentEntityTag } from './digest-headers.js'

/** An opened representation and the key under which it was found. */
export interface Found {
  readonly key: string
  readonly representation: Representation
  /** The coding that was chosen by Accept-Encoding; absent where it had no choice. */
  readonly coding?: ContentCoding | 'identity'
}

/** What a fault may withhold. */
const DIGEST_FIELDS = new Set(['repr-digest', 'digest'])

/** The request fields that compare dates. */
const DATE_FIELDS = ['if-modified-since', 'if-unmodified-since', 'if-range'] as const

/** The entity tag of the source, or one from the bytes where the settings want that. */
export async function chosenTag(
  { context, requested, transfer }: Exchange,
  { key, representation }: Found,
) {
  const { etag, size, query } = representation.facts
  if (context.settings.etag === 'stat' || etag === undefined) return etag
  transfer.waitFor('server')
  return contentEntityTag({ key, query, etag, size }, requested.served.digests, transfer.signal)
}

/** The version that this request is to see: the one that stands there, unless a fault says otherwise. */
export function seen(
  { faults }: Exchange,
  representation: Representation,
  etag: string | undefined,
): Version {
  const version: Version = {
    etag,
    lastModified: representation.facts.lastModified,
    digests: 'told',
    read: (slice, signal) => representation.read(slice, signal),
  }
  return faults?.session.select(version) ?? version
}

/** The fields that hold for every answer of this version; what the application has set stays. */
export function describe(
  { context, requested, reply }: Exchange,
  { key, representation, coding }: Found,
  { etag, lastModified, digests }: Version,
): void {
  const { facts, file } = representation
  const fields = fieldsOf(facts, { etag, lastModified, cacheControl: requested.cacheControl })
  for (const [field, value] of Object.entries(fields)) {
    if (digests === 'withheld' && DIGEST_FIELDS.has(field)) continue
    if (!reply.hasHeader(field)) reply.header(field, value)
  }
  if (context.settings.setHeaders !== undefined) {
    const setHeader = (field: string, value: string) => void reply.header(field, value)
    const headerReply: HeaderReply = Object.create(reply, { setHeader: { value: setHeader } })
    context.settings.setHeaders(headerReply, file?.path ?? key, file?.stat)
  }
  addVary(reply, 'Accept')
  if (coding !== undefined) describeCoding(reply, coding)
}

/**
 * Whoever made the entity tag, the source or the application: each coding has one of its own (RFC
 * 9110 §8.8.3.3).
 */
function describeCoding(reply: FastifyReply, coding: ContentCoding | 'identity'): void {
  addVary(reply, 'Accept-Encoding')
  const tag = parseEntityTag(reply.getHeader('etag')?.toString())
  if (tag === undefined || coding === 'identity') return
  reply.header('etag', `${tag.weak ? 'W/' : ''}"${tag.opaque};${coding}"`)
}

/** Fields of an answer, by their names in lower case. */
export type Fields = Record<string, string | string[]>

/** The fields of a version of a representation. `lastModified`: ms since the epoch. */
export function fieldsOf(
  facts: Facts,
  { etag, lastModified, cacheControl }: VersionFields,
): Fields {
  const fields: Fields = {}
  if (facts.ranges !== 'untold') fields['accept-ranges'] = facts.ranges ?? 'bytes'
  fields['x-content-type-options'] = 'nosniff'
  if (facts.contentType !== undefined) fields['content-type'] = facts.contentType
  if (cacheControl !== undefined) fields['cache-control'] = cacheControl
  if (etag !== undefined) fields.etag = etag
  // RFC 9110 §8.8.2.1: never later than the answer's own Date.
  const modified =
    lastModified === undefined ? undefined : formatHttpDate(Math.min(lastModified, Date.now()))
  if (modified !== undefined) fields['last-modified'] = modified
  return Object.assign(fields, facts.fields)
}

interface VersionFields {
  readonly etag: string | undefined
  readonly lastModified: number | undefined
  readonly cacheControl: string | undefined
}

/** A status of the application's own, such as 404 for an error page, is not for conditions to change. */
export function planFor({ reply, faults }: Exchange, facts: Facts): DeliveryPlan {
  if (reply.statusCode !== 200) return planWhole(facts)
  const { method } = reply.request
  const requested = faults?.session.fields(reply.request.headers) ?? reply.request.headers
  const headers = facts.given === 'whole' ? { ...requested, range: undefined } : requested
  const now = Date.now()
  const etag = reply.getHeader('etag')?.toString()
  const datesCount = DATE_FIELDS.some((field) => headers[field] !== undefined)
  const date = datesCount ? reply.getHeader('last-modified')?.toString() : undefined
  const lastModified = parseHttpDate(date, now)
  const plan = planDelivery(method, headers, { size: facts.size, etag, lastModified }, now)
  // Content-Encoding would be read as the coding of the multipart around the slices.
  const isMisread = plan.kind === 'slices' && reply.hasHeader('content-encoding')
  return isMisread ? planWhole(facts) : plan
}

/** Says that the answer goes by a field of the request too (RFC 9110 §12.5.5). */
export function addVary(reply: FastifyReply, field: string): void {
  const told = reply.getHeader('vary')
  const fields = told === undefined ? [] : String(told).split(/\s*,\s*/)
  const isTold = fields.some((name) => name === '*' || name.toLowerCase() === field.toLowerCase())
  if (!isTold) reply.header('vary', [...fields, field].join(', '))
}
