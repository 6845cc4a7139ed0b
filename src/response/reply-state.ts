import type { FastifyReply } from 'fastify'
import type { Transfer } from '../delivery/transfer.js'
import { LastbyteError } from '../errors.js'
import {
  isRunningOnError,
  replaceDefaultHandler,
  sendThrown,
} from '../request/fastify-internals.js'
import { mergeFields } from './header-fields.js'
import { clearFields, dropUnsendable, writeFields } from './write-fields.js'

/** What lastbyte does with one reply. */
interface ReplyState {
  /** The transfer of the last call of `beginResponse`. */
  transfer: Transfer | undefined
  /**
   * `preparing`: a response is being prepared. `claimed`: it is about to be sent. `sent`: it was passed to
   * Fastify, whose onSend hooks may still run. `begun`: the header section is out. `failed`: the error
   * handlers are about to be called. `released`: the reply belongs to the application.
   */
  progress: 'preparing' | 'claimed' | 'sent' | 'begun' | 'failed' | 'released'
  /** The error that the error handlers have received. */
  passed: unknown
  /** Responds with `passed` where no error handler has done so. */
  render: (() => void) | undefined
  /** Responds in place of Fastify's default not-found handler, if it returns true. */
  renderNotFound: (() => boolean) | undefined
  /** The Cache-Control that `no-store` has replaced; undefined where it has not. */
  replacedCaching: { readonly value: string | undefined } | undefined
  /** The `send` of the reply that this package has replaced. */
  readonly send: (payload?: unknown) => FastifyReply
}

const STATE = Symbol('lastbyte.reply')
const CACHE_CONTROL = 'cache-control'
const NO_STORE = 'no-store'
const ALREADY_SENT = 'Reply was already sent, did you forget to "return reply"?'

type Reply = FastifyReply & { [STATE]?: ReplyState }

/**
 * Begins a response that is sent later. Until then, an async handler that returns nothing does not end the
 * request with an empty response.
 */
export function beginResponse(reply: FastifyReply, transfer: Transfer): void {
  const state = stateOf(reply)
  // A second response to the same request; `claimResponse` refuses it.
  if (!isOpen(state)) return
  state.transfer = transfer
  state.progress = 'preparing'
}

/**
 * Whether this transfer may send its response: not where an error of the application has replaced it, or
 * another response was sent.
 */
export function claimResponse(reply: FastifyReply, transfer: Transfer): boolean {
  const state = stateOf(reply)
  if (isReplaced(transfer)) return false
  if (!isOpen(state) || reply.raw.writableEnded) {
    reply.log.warn(ALREADY_SENT)
    return false
  }
  state.transfer = transfer
  state.progress = 'claimed'
  return true
}

/**
 * Ignores what the application sends from now on, since the header section is out: an error that a handler
 * throws while its file is sent must not call the error handlers.
 */
export function ignoreLaterPayloads(reply: FastifyReply): void {
  stateOf(reply).progress = 'begun'
}

/** Whether an error of the application has replaced the response of the transfer. */
export function isReplaced({ abortReason }: Transfer): boolean {
  return abortReason?.code === 'BODY_INTERCEPTED'
}

/** Leaves the reply to the application. The fields of the representation are removed. */
export function releaseReply(reply: FastifyReply): void {
  const state = stateOf(reply)
  state.progress = 'released'
  forbidCaching(reply, state)
}

/**
 * Restores the Cache-Control that `releaseReply` has replaced, where the application sends a file without
 * an error status after all, as a not-found handler does for a single-page application.
 */
export function restoreCaching(reply: Reply): void {
  const state = reply[STATE]
  if (state?.replacedCaching === undefined || reply.statusCode >= 400) return
  const { value } = state.replacedCaching
  state.replacedCaching = undefined
  if (reply.getHeader(CACHE_CONTROL) !== NO_STORE) return
  const present = mergeFields({}, reply.getHeaders())
  reply.removeHeader(CACHE_CONTROL)
  if (value !== undefined) writeFields(reply, { ...present, [CACHE_CONTROL]: value })
}

/**
 * Passes an error to the error handlers of the application, as `throw` in a handler does. They are called
 * when the handler has returned: the result of an async handler would be an empty response beside theirs.
 *
 * @param render responds where there is no handler, and where each has thrown the error again. Default:
 *   Fastify's default handler responds
 */
export function passError(reply: FastifyReply, error: unknown, render?: () => void): FastifyReply {
  const state = stateOf(reply)
  state.progress = 'failed'
  setImmediate(() => {
    // The application has responded meanwhile, or thrown an error itself.
    if (state.progress !== 'failed') return
    Object.assign(state, { progress: 'released', passed: error, render })
    try {
      sendThrown(reply, error)
    } catch (second) {
      reply.log.error({ err: second }, 'failed to send an error status')
      reply.raw.destroy()
    }
  })
  return reply
}

/**
 * Responds in place of Fastify's default not-found handler, which an application keeps that sets none. Its hooks
 * run as for any 404.
 *
 * @param render returns whether it has responded
 */
export function replaceDefaultNotFound(reply: FastifyReply, render: () => boolean): void {
  stateOf(reply).renderNotFound = render
}

/** Whether a payload is that of Fastify's default not-found handler. */
function isDefaultNotFound({ statusCode, request }: FastifyReply, payload: unknown): boolean {
  if (statusCode !== 404 || typeof payload !== 'object' || payload === null) return false
  const { message, error } = payload as { message?: unknown; error?: unknown }
  const { method, url } = request.raw
  return error === 'Not Found' && message === `Route ${method}:${url} not found`
}

type ErrorHook = (request: unknown, reply: FastifyReply, error: unknown, done: () => void) => void

/**
 * The onError hook of the application: an error replaces a response of lastbyte, such as one that an onSend
 * hook throws. Other replies of the application are not changed.
 */
export const onApplicationError: ErrorHook = (_request, reply: Reply, error, done) => {
  const state = reply[STATE]
  if (state !== undefined) replaceResponse(reply, state, error)
  done()
}

/** The onError hook of the routes of lastbyte, where hooks fail before there is a response. */
export const onRouteError: ErrorHook = (_request, reply, error, done) => {
  replaceResponse(reply, stateOf(reply), error)
  done()
}

function replaceResponse(reply: FastifyReply, state: ReplyState, error: unknown): void {
  if (state.passed === error || reply.raw.headersSent) return
  Object.assign(state, { progress: 'released', passed: error, render: undefined })
  const message = 'Cannot send body: an error of the application replaces the response'
  state.transfer?.abort(new LastbyteError('BODY_INTERCEPTED', message, {}, { cause: error }))
  clearIfUnsendable(reply, error)
  forbidCaching(reply, state)
}

/**
 * Removes the fields of the representation and sets Cache-Control to `no-store`, since caches may keep a
 * 404, 405, 410, 414 or 501 without it (RFC 9110 §15.1). An error handler may set another value.
 */
function forbidCaching(reply: FastifyReply, state: ReplyState): void {
  const value = reply.getHeader(CACHE_CONTROL)?.toString()
  state.replacedCaching ??= { value }
  dropUnsendable(reply)
  writeFields(reply, { [CACHE_CONTROL]: NO_STORE })
}

/** Codes of the errors that node:http throws for header fields which can't be sent. */
const UNSENDABLE: ReadonlySet<unknown> = new Set([
  'ERR_INVALID_CHAR',
  'ERR_HTTP_INVALID_HEADER_VALUE',
  'ERR_HTTP_TRAILER_INVALID',
])

/** Removes every field where one can't be sent, which would make the error response fail as well. */
export function clearIfUnsendable(reply: FastifyReply, error: unknown): void {
  const { code } = (error ?? {}) as { code?: unknown }
  if (UNSENDABLE.has(code)) clearFields(reply)
}

/** Whether no response was passed to Fastify, or an error has replaced it. */
function isOpen({ progress }: ReplyState): boolean {
  return progress === 'preparing' || progress === 'released'
}

function stateOf(reply: Reply): ReplyState {
  const known = reply[STATE]
  if (known !== undefined) return known
  const state: ReplyState = {
    transfer: undefined,
    progress: 'released',
    passed: undefined,
    render: undefined,
    renderNotFound: undefined,
    replacedCaching: undefined,
    send: reply.send,
  }
  reply[STATE] = state
  reply.send = interceptedSend
  return state
}

/** Fastify calls `reply.send` with the result of an async handler, and with an error no handler has taken. */
function interceptedSend(this: Reply, payload?: unknown): FastifyReply {
  const state = stateOf(this)
  const isOurs = state.progress !== 'claimed' && state.progress !== 'released'
  if (payload === undefined && (isOurs || isRunningOnError(this))) return this
  if (state.progress === 'begun') {
    this.log.warn(payload instanceof Error ? { err: payload } : {}, ALREADY_SENT)
    return this
  }
  const { render } = state
  if (render !== undefined && payload === state.passed && replaceDefaultHandler(this)) {
    state.render = undefined
    render()
    return this
  }
  const { renderNotFound } = state
  if (renderNotFound !== undefined && isDefaultNotFound(this, payload)) {
    state.renderNotFound = undefined
    if (renderNotFound()) return this
  }
  const isError = payload instanceof Error || (payload !== undefined && payload === state.passed)
  if (state.progress === 'claimed' || (payload !== undefined && !isError)) state.progress = 'sent'
  return state.send.call(this, payload)
}
