import type { FastifyRequest } from 'fastify'

/** Whether a request is for the host that a route is constrained to. */
export function isOfHost(
  { headers }: Pick<FastifyRequest, 'headers'>,
  host: string | RegExp | undefined,
): boolean {
  if (host === undefined) return true
  const received = String(headers.host ?? headers[':authority'] ?? '')
  return typeof host === 'string' ? received === host : new RegExp(host).test(received)
}
