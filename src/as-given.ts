import type { FastifyReply } from 'fastify'

interface RouteContext {
  readonly onSend: unknown
}

/** Under which key Fastify's requests keep their route's hooks: not public, so it may not be found. */
let contextKey: symbol | undefined

/**
 * Whether what a handler gives to `reply.send` goes out as it is: no onSend hook may put something
 * else in its place. A Fastify that does not tell counts as one that has hooks.
 */
export function sendsAsGiven({ request }: FastifyReply): boolean {
  contextKey ??= Object.getOwnPropertySymbols(request).find(
    ({ description }) => description === 'fastify.context',
  )
  if (contextKey === undefined) return false
  const context = (request as unknown as Record<symbol, RouteContext | undefined>)[contextKey]
  return context?.onSend === null
}
