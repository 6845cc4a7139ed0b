import type { FastifyRequest } from 'fastify'
import { parseForwardedPrefix } from '../http/forwarded-prefix.js'

/** An address of documentation (RFC 5737), as which no client is reported. */
const SOME_CLIENT = '192.0.2.1'

/**
 * The path that the proxy in front has removed from the target of a request, by X-Forwarded-Prefix, without a slash at
 * its end; empty where no trusted proxy names one. A reference with an absolute path needs it in front.
 *
 * A proxy that removes nothing may name the prefix too: where it is that of the route itself, it is there already.
 */
export function forwardedPrefix(request: FastifyRequest): string {
  const prefix = parseForwardedPrefix(request.headers['x-forwarded-prefix'])
  if (prefix === '' || !isFromTrustedProxy(request)) return ''
  const { url } = request.routeOptions
  return url?.startsWith(`${prefix}/`) ? '' : prefix
}

/**
 * Whether `trustProxy` of the application trusts the peer: Fastify tells the addresses that a trusted peer reports,
 * so that a request with an X-Forwarded-For of one address has two of them then.
 */
function isFromTrustedProxy(request: FastifyRequest): boolean {
  // The function of trustProxy, which may cost something, is not called without need.
  if (request.ips === undefined) return false
  const { socket } = request.raw
  const raw = { socket, connection: socket, headers: { 'x-forwarded-for': SOME_CLIENT } }
  const reported: FastifyRequest = Object.create(request, { raw: { value: raw } })
  return (reported.ips?.length ?? 0) > 1
}
