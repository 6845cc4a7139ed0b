import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** The property of Fastify's route context that `skipsOnSend` reads. */
interface RouteContext {
  readonly onSend: unknown
  readonly onTimeout: unknown
}

type ErrorHandler = FastifyInstance['errorHandler']

/** An error handler of Fastify's chain, whose prototype is the next one. */
interface ChainedHandler {
  readonly func?: ErrorHandler
}

/**
 * The only code that uses Fastify beyond its public API. The properties are keyed by symbols. Each copy
 * of Fastify in a process creates its own, so they are found by their descriptions, once for each
 * registration. For a Fastify without these symbols, hooks and trailers are assumed: slower but correct.
 */
export class FastifyInternals {
  #contextKey: symbol | undefined
  #trailersKey: symbol | undefined
  #timerKey: symbol | undefined

  /**
   * Whether `reply.send` sends its payload unchanged: the route has no onSend hook, and the reply no
   * trailers. Not with onTimeout hooks either, since Fastify skips them for a reply that is hijacked.
   */
  skipsOnSend(reply: FastifyReply): boolean {
    const { request } = reply
    this.#trailersKey ??= keyOf(reply, 'fastify.reply.trailers')
    this.#contextKey ??= keyOf(request, 'fastify.context')
    if (this.#trailersKey === undefined || this.#contextKey === undefined) return false
    const context = valueAt<RouteContext>(request, this.#contextKey)
    if (context?.onSend !== null || context.onTimeout !== null) return false
    return valueAt(reply, this.#trailersKey) === null
  }

  /**
   * Removes the trailers of the reply, and returns their names. Fastify would announce them, with a chunked
   * framing beside the Content-Length, and leave it to the payload to send them.
   */
  dropTrailers(reply: FastifyReply): string[] {
    this.#trailersKey ??= keyOf(reply, 'fastify.reply.trailers')
    const key = this.#trailersKey
    const trailers = key && valueAt<object>(reply, key)
    if (key === undefined || !trailers) return []
    Object.assign(reply, { [key]: null })
    return Object.keys(trailers)
  }

  /**
   * Ends the route's `handlerTimeout` when a body begins: how long it lasts depends on the client, which
   * the timeouts of the transfer limit. Fastify itself would cut the body.
   */
  endHandlerTimeout({ request }: FastifyReply): void {
    this.#timerKey ??= keyOf(request, 'fastify.request.timeoutTimer')
    if (this.#timerKey === undefined) return
    clearTimeout(valueAt<NodeJS.Timeout>(request, this.#timerKey) ?? undefined)
  }
}

/** The instance of the whole application: Fastify makes each scope an object whose prototype is its parent. */
export function rootInstance(fastify: FastifyInstance): FastifyInstance {
  const parent = Object.getPrototypeOf(fastify) as FastifyInstance | null
  return typeof parent?.addHook === 'function' ? rootInstance(parent) : fastify
}

/**
 * Takes the response from Fastify's default error handler, which is the last one, where that is called.
 * Returns false before, and for a Fastify without that symbol, whose default handler then responds in its
 * own format.
 */
export function replaceDefaultHandler(reply: FastifyReply): boolean {
  const key = nextHandlerKey(reply)
  const next = key && valueAt<ChainedHandler>(reply, key)
  if (key === undefined || !next || next.func !== undefined) return false
  // As Fastify marks the end of the chain: an onSend hook that throws then gets its plain response.
  Object.assign(reply, { [key]: false })
  return true
}

/** Whether the onError hooks of the reply run, in which `reply.send` throws. */
export function isRunningOnError(reply: FastifyReply): boolean {
  const key = keyOf(reply, 'fastify.reply.isRunningOnErrorHook')
  return key !== undefined && valueAt<boolean>(reply, key) === true
}

/** Passes what was thrown to the error handlers, also where it is no Error. */
export function sendThrown(reply: FastifyReply, thrown: unknown): void {
  if (thrown instanceof Error) {
    reply.send(thrown)
    return
  }
  const key = keyOf(reply, 'fastify.reply.isError')
  if (key === undefined || thrown === undefined || thrown === null) {
    // Fastify's default handler reads properties of what was thrown.
    const { message = 'the application threw no Error' } = (thrown ?? {}) as { message?: string }
    const properties = typeof thrown === 'object' ? thrown : {}
    reply.send(Object.assign(new Error(message, { cause: thrown }), properties))
    return
  }
  Object.assign(reply, { [key]: true })
  reply.send(thrown)
}

/**
 * Calls the error handler that the application has now. Fastify fixes the handler of a route when the route
 * is added, so that it would miss one that is set later.
 */
export function callCurrentErrorHandler(
  fastify: FastifyInstance,
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): unknown {
  const { errorHandler } = fastify
  if (nextHandler(reply)?.func !== errorHandler) return errorHandler(error as never, request, reply)
  // The next one of the chain, which Fastify calls itself.
  sendThrown(reply, error)
  return undefined
}

function nextHandler(reply: FastifyReply): ChainedHandler | null | undefined {
  const key = nextHandlerKey(reply)
  return key === undefined ? undefined : valueAt<ChainedHandler>(reply, key)
}

function nextHandlerKey(reply: FastifyReply): symbol | undefined {
  return keyOf(reply, 'fastify.reply.nextErrorHandler')
}

function keyOf(owner: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(owner).find((key) => key.description === description)
}

function valueAt<T>(owner: object, key: symbol): T | null | undefined {
  return (owner as Record<symbol, T | null | undefined>)[key]
}
