import type { FastifyReply } from 'fastify'
import { performEnding } from '../delivery/response-writer.js'
import { LastbyteError } from '../errors.js'
import { splitTarget } from '../http/request-target.js'
import type { RegistrationContext } from '../request/context.js'
import { beginTransfer, type Exchange, type RequestedFile } from '../request/exchange.js'
import { selectPrecompressed } from '../request/precompressed.js'
import { type ResolvedKey, resolveKey } from '../request/resolve.js'
import { sourceRequest, sourceRequestForFrames } from '../request/source-request.js'
import type { Settings } from '../settings/settings.js'
import { respondFromCache } from './fast-path.js'
import { createFaultInjector, type FaultInjector } from './fault-injector.js'
import { sendFailure, sendProblem } from './problem-response.js'
import {
  chooseFrames,
  type FramesRequest,
  parseFramesRequest,
  sendRepresentationFrames,
} from './send-frames.js'
import { sendListing } from './send-listing.js'
import { sendPassthrough } from './send-passthrough.js'
import { sendRepresentation } from './send-representation.js'

/** Answers a GET or HEAD for a key. Never rejects. */
export function handleRequest(
  context: RegistrationContext<Settings>,
  requested: RequestedFile,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  return respondFromCache(context, requested, reply) ?? answerInTime(context, requested, reply)
}

/** Locates, opens, and sends what is there. */
async function answerInTime(
  context: RegistrationContext<Settings>,
  requested: RequestedFile,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const exchange: Exchange = {
    ...beginTransfer(context, reply, requested.signal),
    context,
    requested,
  }
  try {
    const faults = createFaultInjector(exchange)
    const frames = parseFramesRequest(reply.request)
    const located = await open(exchange, frames)
    if (faults && (await beforeHeaders(exchange, faults, located)) === 'answered') return reply
    if (located.kind === 'representation') {
      const wanted = chooseFrames(frames, located.representation.facts)
      return wanted === undefined
        ? await sendRepresentation({ ...exchange, faults }, located)
        : await sendRepresentationFrames({ ...exchange, faults }, located, wanted)
    }
    if (located.kind === 'answered') return sendPassthrough({ ...exchange, faults }, located.answer)
    context.transfers.forget(exchange.transfer)
    return await answerOtherwise(exchange, located)
  } catch (error) {
    context.transfers.forget(exchange.transfer)
    const { signal, subject } = exchange.transfer
    if (signal.aborted && signal.reason.code === 'CLIENT_GONE') return reply.hijack()
    // A handler that has begun an answer of its own: there is no status left to tell it.
    if (reply.raw.headersSent) return cutShort(exchange, error)
    const requested = error instanceof LastbyteError && error.code === 'BAD_FAULT'
    if (!requested) reply.log.error({ path: subject.path, err: error }, 'failed before the headers')
    return sendFailure(reply, error)
  }
}

function cutShort({ reply, transfer }: Exchange, error: unknown): FastifyReply {
  reply.log.error({ path: transfer.subject.path, err: error }, 'failed behind the headers')
  performEnding({ kind: 'cut' }, reply.raw)
  return reply.hijack()
}

/** Lets faults answer first; what was opened for a real answer is closed then. */
async function beforeHeaders(
  { context, transfer }: Exchange,
  faults: FaultInjector,
  located: ResolvedKey,
): Promise<'answered' | 'goes on'> {
  const found = located.kind === 'representation' ? located.representation : undefined
  let outcome: 'answered' | 'goes on' = 'answered'
  try {
    outcome = await faults.before(found?.facts.size)
    if (outcome === 'answered') context.transfers.forget(transfer)
    return outcome
  } finally {
    if (outcome === 'answered') await closeLate(located)
  }
}

/** Locates without waiting for a client that has left; what is opened too late is closed again. */
async function open(exchange: Exchange, frames: FramesRequest | undefined): Promise<ResolvedKey> {
  const { context, requested, transfer } = exchange
  const request = frames
    ? sourceRequestForFrames(exchange, frames.query.rest)
    : sourceRequest(exchange)
  const locating = resolveKey(
    requested.served.source,
    requested.key,
    context.settings,
    request,
    transfer.signal,
  )
  const opening =
    requested.codings.length === 0
      ? locating
      : locating.then((found) =>
          prefersFrames(frames, found) ? found : selectPrecompressed(exchange, found),
        )
  try {
    return await transfer.until(opening)
  } catch (error) {
    opening.then(closeLate).catch(() => {})
    throw error
  }
}

function prefersFrames(frames: FramesRequest | undefined, located: ResolvedKey): boolean {
  if (frames === undefined || located.kind !== 'representation') return false
  return chooseFrames(frames, located.representation.facts) !== undefined
}

async function closeLate(located: ResolvedKey): Promise<void> {
  if (located.kind === 'representation') await located.representation.close()
  if (located.kind === 'answered') await located.answer.close()
}

async function answerOtherwise(
  { context, requested, reply }: Exchange,
  located: Exclude<ResolvedKey, { kind: 'representation' | 'answered' }>,
): Promise<FastifyReply> {
  switch (located.kind) {
    case 'redirect': {
      const { path, query } = splitTarget(reply.request.raw.url ?? '')
      return reply.redirect(`${path}/${query}`, 301)
    }
    case 'listing':
      return sendListing(context.settings, requested.key, located.entries, reply)
    case 'refused':
      return sendProblem(reply, 403, located.reason)
    case 'absent':
      reply.callNotFound()
      return reply
  }
}
