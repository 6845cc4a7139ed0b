import type { FastifyReply } from 'fastify'

interface RouteContext {
  readonly onSend: unknown
  readonly onResponse: unknown
}

/** Keys under which Fastify keeps what is not public, and may therefore not be found. */
let contextKey: symbol | undefined
let trailersKey: symbol | undefined

/**
 * Whether what a handler gives to `reply.send` goes out as it is: no onSend hook may put something
 * else in its place, and no trailers are to follow. A Fastify that does not tell counts as one that
 * has hooks.
 */
export function sendsAsGiven(reply: FastifyReply): boolean {
  trailersKey ??= keyOf(reply, 'fastify.reply.trailers')
  if (trailersKey === undefined) return false
  return contextOf(reply)?.onSend === null && within(reply, trailersKey) === null
}

/** Whether a hook may look at the reply when it has been sent. */
export function isLookedAtLater(reply: FastifyReply): boolean {
  return contextOf(reply)?.onResponse !== null
}

function contextOf({ request }: FastifyReply): RouteContext | null | undefined {
  contextKey ??= keyOf(request, 'fastify.context')
  return contextKey && within<RouteContext>(request, contextKey)
}

function keyOf(owner: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(owner).find((key) => key.description === description)
}

function within<T>(owner: object, key: symbol): T | null | undefined {
  return (owner as Record<symbol, T | null | undefined>)[key]
}
