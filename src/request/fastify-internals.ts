import type { FastifyReply } from 'fastify'

interface RouteContext {
  readonly onSend: unknown
}

/** Keys under which Fastify keeps what is not public, and may therefore not be found. */
let contextKey: symbol | undefined
let trailersKey: symbol | undefined

/**
 * Whether what a handler gives to `reply.send` goes out as it is: no onSend hook may put something
 * else in its place, and no trailers are to follow. A Fastify that does not tell counts as one that
 * has hooks.
 */
export function skipsOnSend(reply: FastifyReply): boolean {
  trailersKey ??= keyOf(reply, 'fastify.reply.trailers')
  if (trailersKey === undefined) return false
  return contextOf(reply)?.onSend === null && within(reply, trailersKey) === null
}

/** Whether somebody waits for the answer's end, and may look at it then: a hook, a log, whoever listens. */
export function hasResponseListeners({ raw }: FastifyReply): boolean {
  // One listener is that of node:http itself.
  return raw.listenerCount('finish') > 1 || raw.listenerCount('close') > 0
}

/**
 * Puts the reply's fields on the response, one by one, so that whoever watches it can ask it for them;
 * none of them where one can't be sent.
 *
 * @throws what node:http says of that one
 */
export function applyHeaders(reply: FastifyReply): void {
  const { raw } = reply
  const fields = Object.entries(reply.getHeaders())
  try {
    for (const [name, value] of fields) if (value !== undefined) raw.setHeader(name, value)
  } catch (error) {
    for (const [name] of fields) raw.removeHeader(name)
    throw error
  }
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
