import type { FastifyReply } from 'fastify'

/** The part of Fastify's route context that is read here. */
interface RouteContext {
  readonly onSend: unknown
}

/**
 * The parts of Fastify beyond its public API that lastbyte reads. Fastify keeps them under symbols that
 * each copy of Fastify in a process creates for itself, so they are looked up by description, for each
 * application. Without the symbols, a response counts as one with hooks and trailers: slower, but
 * correct.
 */
export class FastifyInternals {
  #contextKey: symbol | undefined
  #trailersKey: symbol | undefined

  /**
   * Whether the payload of `reply.send` is sent as it is: no onSend hook can replace it, and no
   * trailers follow it.
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
