import type { Version } from '../fault/fault.js'
import type { Slice } from '../http/byte-range.js'
import type { Exchange } from '../request/exchange.js'
import type { FoundRepresentation } from '../request/resolve.js'
import type { FieldSettings } from '../settings/field-options.js'
import type { Facts, Representation } from '../source/representation.js'
import { callApplication } from './application-call.js'
import { type Description, describeRepresentation } from './describe-representation.js'
import { contentEntityTag } from './digest-fields.js'
import { editFields } from './edit-fields.js'
import type { HeaderFields } from './header-fields.js'
import type { ResponseInput } from './plan-response.js'
import { digestedVersion } from './version-digests.js'

/**
 * The version that the response sends: the opened one, unless a fault replaces it.
 *
 * @param etag replaces the source's ETag, for a file that is followed while it grows
 */
export async function selectVersion(
  exchange: Exchange,
  found: FoundRepresentation,
  etag?: string,
): Promise<Version> {
  const { representation } = found
  const version: Version = {
    etag: etag ?? (await entityTagOf(exchange, found)),
    lastModified: representation.facts.lastModified,
    digests: 'sent',
    read: (slice, signal) => readSlice(representation, slice, signal),
  }
  return exchange.faults?.session.select(version) ?? version
}

/** The bytes of a slice; of one without an end, those of a growing file as they arrive. */
function readSlice(
  representation: Representation,
  slice: Slice,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const { start, end } = slice
  const growth = end === Number.POSITIVE_INFINITY ? representation.growth : undefined
  return growth?.follow(start, end, signal) ?? representation.read(slice, signal)
}

/** The source's ETag, or with `etag: 'content'` one from a digest of the bytes. */
async function entityTagOf(
  { requested, transfer }: Exchange,
  found: FoundRepresentation,
): Promise<string | undefined> {
  const { etag, chain } = found.representation.facts
  if (requested.settings.fields.etag !== 'content' || etag === undefined) return etag
  // What a client has of a growing file continues by the tag of its chain alone.
  if (chain !== undefined) return etag
  transfer.waitFor('server')
  return contentEntityTag(digestedVersion(found, etag), requested.served.digests, transfer)
}

/** A representation, as far as its fields need it. */
export interface Described {
  readonly key: string
  readonly representation: {
    readonly facts: Description['facts']
    readonly file?: FoundRepresentation['representation']['file']
  }
  readonly links?: Description['links']
}

/** The fields that describe the version, after the application's `setHeaders` has edited them. */
export async function describeVersion(
  { context, requested, reply, transfer }: Exchange,
  { key, representation, links }: Described,
  { etag, lastModified, digests }: Omit<Version, 'read'>,
  now: number,
): Promise<HeaderFields> {
  const { facts, file } = representation
  const { disposition, settings } = requested
  const { onFile } = settings
  if (onFile !== undefined) {
    const calling = callApplication('file', () => onFile(file?.path ?? key, file?.stat))
    await transfer.until(Promise.resolve(calling))
  }
  const description = {
    ...{ facts, etag, lastModified, digests, disposition, links, status: reply.statusCode },
    settings: settings.fields,
  }
  const fields = describeRepresentation(description, reply.getHeaders(), now)
  const { setHeaders } = context.settings
  if (setHeaders === undefined) return fields
  const editing = editFields(reply, fields, (headerReply) =>
    callApplication('file', () => setHeaders(headerReply, file?.path ?? key, file?.stat)),
  )
  // A hook that never settles must not keep the file open after the client has disconnected.
  return transfer.until(editing)
}

type PlannableFacts = Pick<
  Facts,
  'size' | 'given' | 'contentType' | 'dateStrength' | 'etag' | 'chain'
>

/**
 * The facts by which the response is planned. Where ranges or the Content-Type are switched off, the
 * whole representation is sent, or no type of its own.
 */
export function plannedFacts(
  facts: PlannableFacts,
  { acceptRanges, contentType }: Pick<FieldSettings, 'acceptRanges' | 'contentType'>,
): ResponseInput['facts'] {
  // Returned without a copy, for speed: this is the case of every cached file.
  if (acceptRanges && contentType) return facts
  return {
    ...facts,
    given: acceptRanges ? facts.given : 'whole',
    contentType: contentType ? facts.contentType : undefined,
  }
}
