import { ByteFraming } from '../body/byte-framing.js'
import { parseEntityTag } from '../http/entity-tag.js'
import { type FrameForm, namesFrames, preferredForm } from '../http/frame-form.js'
import { type ParsedFrameQuery, parseFrameQuery, selectFrames } from '../http/frame-request.js'
import { singleValue } from '../http/precondition.js'
import { splitTarget } from '../http/request-target.js'
import { decodeLastEventId } from '../http/stream-id.js'
import { evaluatedFields } from '../request/evaluated-fields.js'
import type { Exchange } from '../request/exchange.js'
import type { FoundRepresentation } from '../request/resolve.js'
import { retryOf } from '../settings/stream-settings.js'
import type { Facts } from '../source/representation.js'
import { followedBytes, selectedBytes } from './frame-source.js'
import { type HeaderFields, withoutFields } from './header-fields.js'
import { planResponse } from './plan-response.js'
import { type Frames, hasTerminalId, prepareFrames, streamFields } from './prepare-stream.js'
import type { PreparedResponse } from './prepared-response.js'
import { problemResponse } from './problem-response.js'
import { describeVersion, selectVersion } from './select-version.js'

/** A request whose Accept field names a frame format. */
export interface FramesRequest {
  readonly accept: string
  readonly query: ParsedFrameQuery
}

/** Fields of the representation that don't apply to its frames. */
const RAW_FIELDS = new Set([
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'digest',
  'etag',
  'last-modified',
  'repr-digest',
  'signature',
  'signature-input',
  'unencoded-digest',
])

type OpenFrames = Omit<Frames<Uint8Array>, 'release'>

/**
 * Parses the Accept field and the query parameters of frames; undefined where Accept names no frame
 * format.
 */
export function parseFramesRequest(
  exchange: Pick<Exchange, 'reply' | 'faults'>,
): FramesRequest | undefined {
  const { raw } = exchange.reply.request
  const accept = singleValue(evaluatedFields(exchange).accept)
  if (!namesFrames(accept)) return undefined
  return { accept, query: parseFrameQuery(splitTarget(raw.url ?? '').query) }
}

/** The frame format that content negotiation has selected. */
export interface ChosenFrames {
  readonly form: FrameForm
  readonly query: ParsedFrameQuery
}

/** The frames, if Accept prefers them to a representation of this type. */
export function chooseFrames(
  request: FramesRequest | undefined,
  // Without a type, a recipient may take content for this one (RFC 9110 §8.3).
  { contentType = 'application/octet-stream' }: Pick<Facts, 'contentType'>,
): ChosenFrames | undefined {
  const form = request && preferredForm(request.accept, contentType)
  return form && { form, query: request.query }
}

/**
 * Prepares a representation in frames. These are another representation, with their own ETag and without
 * ranges. Closes the opened representation, unless the body of the response reads from it.
 */
export async function prepareRepresentationFrames(
  exchange: Exchange,
  found: FoundRepresentation,
  chosen: ChosenFrames,
): Promise<PreparedResponse> {
  const release = async () => {
    await found.representation.close()
  }
  let frames: OpenFrames | PreparedResponse | undefined
  try {
    frames = await prepare(exchange, found, chosen)
  } finally {
    if (frames === undefined || 'kind' in frames) release().catch(() => {})
  }
  return 'kind' in frames ? frames : prepareFrames(exchange, { ...frames, release })
}

/** The frames to send, to which the caller adds `release`; or a response that needs no frames. */
async function prepare(
  exchange: Exchange,
  found: FoundRepresentation,
  { form, query }: ChosenFrames,
): Promise<OpenFrames | PreparedResponse> {
  const { context, reply, transfer } = exchange
  const { representation } = found
  const { method } = reply.request
  const headers = evaluatedFields(exchange)
  const refused = (status: number, detail: string) => problemResponse(reply, { status, detail })
  if (hasTerminalId(headers['last-event-id'])) {
    return { kind: 'status', status: 204, fields: {} }
  }
  if (query.kind === 'malformed') return refused(400, query.reason)
  const growth = query.follow === 'yes' ? representation.growth : undefined
  if (query.follow === 'yes' && growth === undefined) {
    return refused(501, 'Only a file of a folder can be followed.')
  }

  const version = await selectVersion(exchange, found, growth?.tag)
  const now = Date.now()
  const described = await describeVersion(exchange, found, version, now)
  const etag = framesEntityTag(described, growth === undefined ? form : `${form}-follow`)
  const plan = planResponse({
    method,
    request: headers,
    facts: { ...representation.facts, given: 'whole' },
    fields: { ...withoutFields(described, RAW_FIELDS), ...(etag !== undefined && { etag }) },
    coding: undefined,
    status: reply.statusCode,
    now,
    boundary: () => '',
  })
  if (plan.kind === 'problem') return plan
  if (plan.kind === 'not-modified') return { ...plan, kind: 'complete' }

  const lastEventId = decodeLastEventId(headers['last-event-id'])
  const selection = selectFrames(query, lastEventId, { etag, size: representation.facts.size })
  if (selection.kind === 'malformed') return refused(400, selection.reason)
  if (selection.kind === 'unsatisfiable') return refused(416, 'It ends before start.')

  const { streams } = context.settings
  const framing = new ByteFraming({
    form,
    encoding: query.encoding,
    etag,
    start: selection.slice.start,
    next: selection.next,
    retry: retryOf(streams, Math.random()),
    errorEvent: streams.errorEvent,
    now: Date.now,
  })
  const { 'content-length': _length, ...others } = plan.fields
  const fields = streamFields(others, framing)
  const complete = (text: string): PreparedResponse => {
    const closing = { ...fields, connection: 'close' }
    return { kind: 'complete', status: plan.status, fields: closing, bytes: Buffer.from(text) }
  }
  if (plan.kind === 'head') return { kind: 'complete', status: plan.status, fields }
  if (selection.kind === 'gone') return complete(framing.failure(selection.why))

  if (growth !== undefined) context.transfers.markOpenEnded(transfer)
  const reportDigest = (digest: string) => {
    framing.digest = digest
  }
  const selected = { ...selection, reportDigest }
  const source = growth
    ? followedBytes(exchange, growth, selected)
    : selectedBytes(exchange, found, version, selected)
  return { source, framing, settings: streams, fields: () => fields }
}

/** The ETag of the frames; undefined where the representation has no strong one. */
function framesEntityTag(fields: HeaderFields, form: string): string | undefined {
  const tag = parseEntityTag(fields.etag?.toString())
  return tag === undefined || tag.weak ? undefined : `"${tag.opaque};${form}"`
}
