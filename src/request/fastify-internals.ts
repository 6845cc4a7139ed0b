import type { FastifyReply } from 'fastify'

/** The property of Fastify's route context that `skipsOnSend` reads. */
interface RouteContext {
  readonly onSend: unknown
}

/**
 * The only code that reads Fastify beyond its public API. The properties are keyed by symbols. Each copy
 * of Fastify in a process creates its own, so they are found by their descriptions, once for each
 * registration. For a Fastify without these symbols, hooks and trailers are assumed: slower but correct.
 */
export class FastifyInternals {
  #contextKey: symbol | undefined
  #trailersKey: symbol | undefined

  /**
   * Whether `reply.send` sends its payload unchanged: the route has no onSend hook, and the reply no
   * trailers.
   */
  skipsOnSend(reply: FastifyReply): boolean {
    const { request } = reply
    this.#trailersKey ??= keyOf(reply, 'fastify.reply.trailers')
    this.#contextKey ??= keyOf(request, 'fastify.context')
    if (this.#trailersKey === undefined || this.#contextKey === undefined) return false
    const context = valueAt<RouteContext>(request, this.#contextKey)
    return context?.onSend === null && valueAt(reply, this.#trailersKey) === null
  }
}

function keyOf(owner: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(owner).find((key) => key.description === description)
}

function valueAt<T>(owner: object, key: symbol): T | null | undefined {
  return (owner as Record<symbol, T | null | undefined>)[key]
}
