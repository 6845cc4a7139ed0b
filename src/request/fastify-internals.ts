import type { FastifyInstance, FastifyReply } from 'fastify'

/** The property of Fastify's route context that `skipsOnSend` reads. */
interface RouteContext {
  readonly onSend: unknown
  readonly onTimeout: unknown
}

/**
 * The only code that reads Fastify beyond its public API. The properties are keyed by symbols. Each copy
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

function keyOf(owner: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(owner).find((key) => key.description === description)
}

function valueAt<T>(owner: object, key: symbol): T | null | undefined {
  return (owner as Record<symbol, T | null | undefined>)[key]
}
