import type { FastifyReply, FastifyRequest } from 'fastify'
import { ByteFraming } from '../body/byte-framing.js'
import { parseEntityTag } from '../http/entity-tag.js'
import { type FrameForm, namesFrames, preferredForm } from '../http/frame-form.js'
import { type ParsedFrameQuery, parseFrameQuery, selectFrames } from '../http/frame-request.js'
import { splitTarget } from '../http/request-target.js'
import { lastEventIdOf } from '../http/stream-id.js'
import type { Exchange } from '../request/exchange.js'
import { retryOf } from '../settings/stream-settings.js'
import { followedBytes, selectedBytes } from './frame-source.js'
import { sendProblem } from './problem-response.js'
import { chosenTag, describe, type Found, planFor, seen } from './representation-headers.js'
import { hasBody, sendBodiless } from './send-representation.js'
import { type Frames, sendFrames, setStreamHeaders } from './send-stream.js'

/** A request in which frames are named. */
export interface FramesRequest {
  readonly accept: string
  readonly query: ParsedFrameQuery
}

/** Fields of the representation that its frames don't have. */
const RAW_FIELDS = [
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'digest',
  'last-modified',
  'repr-digest',
]

/** What a request asks of frames, if it names them at all. */
export function parseFramesRequest({ headers, raw }: FastifyRequest): FramesRequest | undefined {
  const { accept } = headers
  if (!namesFrames(accept)) return undefined
  return { accept, query: parseFrameQuery(splitTarget(raw.url ?? '').query) }
}

/** Frames that a request prefers to the representation as it is. */
export interface ChosenFrames {
  readonly form: FrameForm
  readonly query: ParsedFrameQuery
}

/** The frames that are preferred to a representation of this type, if any. */
export function chooseFrames(
  requested: FramesRequest | undefined,
  { contentType }: { readonly contentType: string },
): ChosenFrames | undefined {
  const form = requested && preferredForm(requested.accept, contentType)
  return form && { form, query: requested.query }
}

/**
 * Sends a representation in frames, which are another representation: with an entity tag of their
 * own, without ranges. Closes what was found when all is done; rejects, with it closed, where nothing
 * has been sent yet.
 */
export async function sendRepresentationFrames(
  exchange: Exchange,
  found: Found,
  wanted: ChosenFrames,
): Promise<FastifyReply> {
  const release = () => found.representation.close()
  let frames: Frames<Uint8Array> | undefined
  try {
    frames = await prepare(exchange, found, wanted)
  } finally {
    if (frames === undefined) release().catch(() => {})
  }
  if (frames !== undefined) await sendFrames(exchange, { ...frames, release })
  return exchange.reply
}

/** What is to be sent in frames, or undefined where the request has been answered without any. */
async function prepare(
  exchange: Exchange,
  found: Found,
  wanted: ChosenFrames,
): Promise<Frames<Uint8Array> | undefined> {
  const { form, query } = wanted
  const { context, reply, transfer } = exchange
  const { representation } = found
  const { facts } = representation
  if (query.kind === 'malformed') return refused(exchange, 400, query.reason)
  const growth = query.follow === 'yes' ? representation.growth : undefined
  if (query.follow === 'yes' && growth === undefined) {
    return refused(exchange, 501, 'Only a file of a folder can be followed.')
  }

  const tag = growth?.tag ?? (await chosenTag(exchange, found))
  const version = seen(exchange, representation, tag)
  describe(exchange, found, version)
  const etag = describeFrames(reply, growth === undefined ? form : `${form}-follow`)
  const plan = planFor(exchange, { ...facts, given: 'whole' })
  if (!hasBody(plan)) {
    sendBodiless(exchange, plan)
    return undefined
  }

  const { method, headers } = reply.request
  const lastEventId = lastEventIdOf(headers['last-event-id'])
  const selection = selectFrames(query, lastEventId, { etag, size: facts.size })
  if (selection.kind === 'malformed') return refused(exchange, 400, selection.reason)
  if (selection.kind === 'unsatisfiable') return refused(exchange, 416, 'It ends before start.')

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
  if (method === 'HEAD') return answerWith(exchange, framing, '')
  if (selection.kind === 'gone')
    return answerWith(exchange, framing, framing.failure(selection.why))

  if (growth !== undefined) context.transfers.markOpenEnded(transfer)
  const tell = (digest: string) => {
    framing.digest = digest
  }
  const selected = { ...selection, tell }
  const source = growth
    ? followedBytes(exchange, growth, selected)
    : selectedBytes(exchange, found, version, selected)
  return { source, framing, settings: streams }
}

/** Puts the entity tag of the frames in the place of the raw one, and gives it if it is strong. */
function describeFrames(reply: FastifyReply, form: string): string | undefined {
  const tag = parseEntityTag(reply.getHeader('etag')?.toString())
  for (const field of [...RAW_FIELDS, 'etag']) reply.removeHeader(field)
  if (tag === undefined || tag.weak) return undefined
  const etag = `"${tag.opaque};${form}"`
  reply.header('etag', etag)
  return etag
}

function refused(
  { context, reply, transfer }: Exchange,
  status: number,
  detail: string,
): undefined {
  context.transfers.forget(transfer)
  sendProblem(reply, status, detail)
}

/** Answers with all that there is to say. */
function answerWith({ reply, transfer }: Exchange, framing: ByteFraming, text: string): undefined {
  setStreamHeaders(reply, framing).header('connection', 'close').send(text)
  transfer.status = reply.statusCode
  transfer.settle()
}
