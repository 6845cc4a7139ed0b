import type { FastifyReply } from 'fastify'

/** Redirects to another URL of the same resource. Other methods keep theirs (RFC 9110 §15.4.2, §15.4.9). */
export function redirectTo(reply: FastifyReply, location: string): FastifyReply {
  const { method } = reply.request
  return reply.redirect(location, method === 'GET' || method === 'HEAD' ? 301 : 308)
}
