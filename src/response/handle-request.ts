import type { FastifyReply } from 'fastify'
import { carryOut } from '../delivery/response-writer.js'
import { LastbyteError } from '../errors.js'
import { splitTarget } from '../http/request-target.js'
import type { Desk } from '../request/context.js'
import { type Asked, beginDelivery, type Exchange } from '../request/exchange.js'
import { selectCoding } from '../request/precompressed.js'
import { type Located, locate } from '../request/resolve.js'
import { openRequestFor, openRequestForFrames } from '../request/source-request.js'
import type { Settings } from '../settings/settings.js'
import { answerAtOnce } from './fast-path.js'
import { type FaultStage, stageFaults } from './fault-injector.js'
import { refuse, refuseFailure } from './problem-response.js'
import { type FramesAsked, framesAskedBy, preferredFrames, sendFramed } from './send-frames.js'
import { answerListing } from './send-listing.js'
import { passOn } from './send-passthrough.js'
import { send } from './send-representation.js'

/** Answers a GET or HEAD for a key. Never rejects. */
export function answer(
  desk: Desk<Settings>,
  asked: Asked,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  return answerAtOnce(desk, asked, reply) ?? answerInTime(desk, asked, reply)
}

/** Locates, opens, and sends what is there. */
async function answerInTime(
  desk: Desk<Settings>,
  asked: Asked,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const exchange: Exchange = { ...beginDelivery(desk, reply, asked.signal), desk, asked }
  try {
    const faults = stageFaults(exchange)
    const frames = framesAskedBy(reply.request)
    const located = await open(exchange, frames)
    if (faults && (await beforeHeaders(exchange, faults, located)) === 'answered') return reply
    if (located.kind === 'representation') {
      const wanted = preferredFrames(frames, located.representation.facts)
      return wanted === undefined
        ? await send({ ...exchange, faults }, located)
        : await sendFramed({ ...exchange, faults }, located, wanted)
    }
    if (located.kind === 'answered') return passOn({ ...exchange, faults }, located.answer)
    desk.book.forget(exchange.transfer)
    return await answerOtherwise(exchange, located)
  } catch (error) {
    desk.book.forget(exchange.transfer)
    const { signal, subject } = exchange.transfer
    if (signal.aborted && signal.reason.code === 'CLIENT_GONE') return reply.hijack()
    // A handler that has begun an answer of its own: there is no status left to tell it.
    if (reply.raw.headersSent) return cutShort(exchange, error)
    const asked = error instanceof LastbyteError && error.code === 'BAD_FAULT'
    if (!asked) reply.log.error({ path: subject.path, err: error }, 'failed before the headers')
    return refuseFailure(reply, error)
  }
}

function cutShort({ reply, transfer }: Exchange, error: unknown): FastifyReply {
  reply.log.error({ path: transfer.subject.path, err: error }, 'failed behind the headers')
  carryOut({ kind: 'cut' }, reply.raw)
  return reply.hijack()
}

/** Lets faults answer first; what was opened for a real answer is closed then. */
async function beforeHeaders(
  { desk, transfer }: Exchange,
  faults: FaultStage,
  located: Located,
): Promise<'answered' | 'goes on'> {
  const found = located.kind === 'representation' ? located.representation : undefined
  let outcome: 'answered' | 'goes on' = 'answered'
  try {
    outcome = await faults.before(found?.facts.size)
    if (outcome === 'answered') desk.book.forget(transfer)
    return outcome
  } finally {
    if (outcome === 'answered') await closeLate(located)
  }
}

/** Locates without waiting for a client that has left; what is opened too late is closed again. */
async function open(exchange: Exchange, frames: FramesAsked | undefined): Promise<Located> {
  const { desk, asked, transfer } = exchange
  const request = frames
    ? openRequestForFrames(exchange, frames.query.rest)
    : openRequestFor(exchange)
  const locating = locate(asked.stock.source, asked.key, desk.settings, request, transfer.signal)
  const opening =
    asked.codings.length === 0
      ? locating
      : locating.then((found) =>
          prefersFrames(frames, found) ? found : selectCoding(exchange, found),
        )
  try {
    return await transfer.until(opening)
  } catch (error) {
    opening.then(closeLate).catch(() => {})
    throw error
  }
}

function prefersFrames(frames: FramesAsked | undefined, located: Located): boolean {
  if (frames === undefined || located.kind !== 'representation') return false
  return preferredFrames(frames, located.representation.facts) !== undefined
}

async function closeLate(located: Located): Promise<void> {
  if (located.kind === 'representation') await located.representation.close()
  if (located.kind === 'answered') await located.answer.close()
}

async function answerOtherwise(
  { desk, asked, reply }: Exchange,
  located: Exclude<Located, { kind: 'representation' | 'answered' }>,
): Promise<FastifyReply> {
  switch (located.kind) {
    case 'redirect': {
      const { path, query } = splitTarget(reply.request.raw.url ?? '')
      return reply.redirect(`${path}/${query}`, 301)
    }
    case 'listing':
      return answerListing(desk.settings, asked.key, located.entries, reply)
    case 'refused':
      return refuse(reply, 403, located.reason)
    case 'absent':
      reply.callNotFound()
      return reply
  }
}
