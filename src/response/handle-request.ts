import type { FastifyReply } from 'fastify'
import { LastbyteError, toReadable } from '../errors.js'
import { localReference, splitTarget } from '../http/request-target.js'
import { noteRoute } from '../observe/response-notes.js'
import { beginTransfer } from '../request/begin-transfer.js'
import type { RegistrationContext } from '../request/context.js'
import type { Exchange, RequestedFile } from '../request/exchange.js'
import { createFaultInjector } from '../request/fault-injector.js'
import type { ResolvedKey } from '../request/resolve.js'
import type { Settings } from '../settings/settings.js'
import type { PassedAnswer } from '../source/byte-source.js'
import { ThrownByApplication } from './application-call.js'
import { earlyResponse } from './early-response.js'
import { respondFromCache } from './fast-path.js'
import { isAllowed } from './is-allowed.js'
import { closeResolved, openRequested } from './open-requested.js'
import { chooseFrames, parseFramesRequest, prepareRepresentationFrames } from './prepare-frames.js'
import { prepareListing } from './prepare-listing.js'
import { isForMetalink, prepareMetalink } from './prepare-metalink.js'
import { preparePassthrough } from './prepare-passthrough.js'
import { prepareRepresentation } from './prepare-representation.js'
import { prepareUnchanged } from './prepare-unchanged.js'
import type { PreparedResponse } from './prepared-response.js'
import { problemResponse, sendFailure, sendNotFound } from './problem-response.js'
import { fileOpener } from './read-readme.js'
import { beginResponse, restoreCaching } from './reply-state.js'
import { archiveCall } from './resolve-archive.js'
import { responseForError, sendResponse, sendThrownError } from './send-response.js'
import { temporaryFailure } from './temporary-failure.js'

/** Responds to a GET or HEAD for a file. Neither throws nor rejects: errors become error responses. */
export function handleRequest(
  context: RegistrationContext<Settings>,
  requested: RequestedFile,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  restoreCaching(reply)
  noteRoute(reply.raw, 'file')
  try {
    // The name of an archive of `reply.zip` is no path of a file; its members are judged.
    const isOfFiles = typeof requested.archive === 'object'
    if (!isOfFiles && !isAllowed(context.settings, requested, reply)) return sendNotFound(reply)
    const archive = archiveCall(context, requested, reply)
    if (archive !== undefined) return respond(context, { ...requested, archive }, reply)
    if (isForMetalink(context, requested, reply)) {
      return respond(context, requested, reply, 'metalink')
    }
    const response = respondFromCache(context, requested, reply)
    if (response !== undefined) return response
  } catch (error) {
    return sendEarlyError(reply, error)
  }
  return respond(context, requested, reply)
}

/** Sends the error response for an error before the transfer. */
export function sendEarlyError(reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = toReadable(thrown)
  if (error instanceof ThrownByApplication) return sendThrownError(reply, error)
  reply.log.error({ err: error }, 'failed before the header section')
  return sendFailure(reply, error)
}

/** Prepares and sends the response. `sendResponse` settles the transfer that begins here. */
async function respond(
  context: RegistrationContext<Settings>,
  requested: RequestedFile,
  reply: FastifyReply,
  wanted: 'file' | 'metalink' = 'file',
): Promise<FastifyReply> {
  const scope = { ...beginTransfer(context, reply, requested.signal), context, requested }
  beginResponse(reply, scope.transfer)
  let exchange: Exchange = { ...scope, faults: undefined }
  let response: PreparedResponse
  try {
    exchange = { ...scope, faults: createFaultInjector(scope) }
    response = await prepare(exchange, wanted)
  } catch (error) {
    response = failedResponse(exchange, error)
  }
  return sendResponse(exchange, response)
}

function failedResponse(exchange: Exchange, thrown: unknown): PreparedResponse {
  const error = toReadable(thrown)
  const response = responseForError(exchange, error)
  if (response.kind !== 'problem') return response
  const { streams } = exchange.context.settings
  return temporaryFailure(exchange, { ...response, error }, streams) ?? response
}

async function prepare(exchange: Exchange, wanted: 'file' | 'metalink'): Promise<PreparedResponse> {
  const { reply, requested, faults } = exchange
  const archive = typeof requested.archive === 'object' ? requested.archive : undefined
  // An error page is sent as it is, and what is made of files has no frames.
  const isBytes = archive !== undefined || wanted !== 'file' || reply.statusCode >= 400
  const frames = isBytes ? undefined : parseFramesRequest(exchange)
  const resolved = await openRequested(exchange, frames, wanted)
  if (faults !== undefined) {
    let early: PreparedResponse | undefined | 'failed' = 'failed'
    try {
      early = await earlyResponse(reply, faults, sizeOf(resolved))
    } finally {
      if (early !== undefined) await closeResolved(resolved)
    }
    if (early !== undefined) return early
  }
  switch (resolved.kind) {
    case 'representation': {
      if (wanted === 'metalink') return prepareMetalink(exchange, resolved)
      const chosen = chooseFrames(frames, resolved.representation.facts)
      if (chosen !== undefined) noteRoute(reply.raw, 'stream')
      return chosen === undefined
        ? prepareRepresentation(exchange, resolved)
        : prepareRepresentationFrames(exchange, resolved, chosen)
    }
    case 'answered':
      return prepareAnswered(exchange, resolved.answer)
    default:
      return prepareWithoutContent(exchange, resolved)
  }
}

/** Passes on the response of an upstream server, except where a client of events could not reconnect. */
async function prepareAnswered(
  exchange: Exchange,
  answer: PassedAnswer,
): Promise<PreparedResponse> {
  const { status, fields } = answer
  if (status === 304) return prepareUnchanged(exchange, answer)
  const message = `Cannot open the source: the upstream server responded with status ${status}`
  const error = new LastbyteError('SOURCE_FAILED', message, { status })
  const { streams } = exchange.context.settings
  const instead = temporaryFailure(exchange, { error, status, fields }, streams)
  if (instead === undefined) {
    noteRoute(exchange.reply.raw, 'proxy')
    return preparePassthrough(exchange, answer)
  }
  answer.close().catch(() => {})
  return instead
}

async function prepareWithoutContent(
  { context, requested, reply, transfer }: Exchange,
  resolved: Exclude<ResolvedKey, { kind: 'representation' | 'answered' }>,
): Promise<PreparedResponse> {
  switch (resolved.kind) {
    case 'redirect': {
      const { path, query } = splitTarget(reply.request.raw.url ?? '', context.syntax)
      return { kind: 'redirect', location: `${localReference(path)}/${query}` }
    }
    case 'listing':
      noteRoute(reply.raw, 'listing')
      transfer.waitFor('server')
      try {
        const { key, root, served } = requested
        const openFile = fileOpener(served.source, transfer.signal, (file) => {
          return isAllowed(context.settings, { key: file, root }, reply)
        })
        const folder = { ...resolved, key, openFile, style: context.listingStyle }
        const slices = context.listings.slices(transfer.signal)
        return await prepareListing(context.settings, folder, reply, slices)
      } finally {
        resolved.leave?.(resolved.entries.length)
      }
    case 'refused':
      return problemResponse(reply, { status: 403, detail: resolved.reason })
    case 'absent':
      return { kind: 'not-found' }
  }
}

function sizeOf(resolved: ResolvedKey): number | undefined {
  return resolved.kind === 'representation' ? resolved.representation.facts.size : undefined
}
