import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { BlockList, isIP } from 'node:net'

/** Which requests may arm faults. */
export interface Permission {
  /** Required as `Authorization: Bearer TOKEN`. Default: no token, and only requests of this machine. */
  readonly token?: string | undefined
}

/** The response to a request that may not arm faults. */
export interface Refusal {
  readonly status: 401 | 403
  readonly detail: string
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** Header fields that a proxy adds to a request that it forwards. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/**
 * Why a request may not arm faults; undefined if it may. Without a token, a request of this machine may,
 * unless a proxy has forwarded it or a page of another site has sent it. Host is checked too, so that a
 * page whose host name resolves to this machine (DNS rebinding) may not.
 */
export function permits(
  request: IncomingMessage | Http2ServerRequest,
  { token }: Permission,
): Refusal | undefined {
  const { authorization, host, ':authority': authority, origin } = request.headers
  if (token !== undefined) {
    return isEqual(authorization ?? '', `Bearer ${token}`)
      ? undefined
      : { status: 401, detail: 'Send the token of this server as Authorization: Bearer TOKEN.' }
  }
  const isForwarded = FORWARDED.some((field) => request.headers[field] !== undefined)
  const requestedHost = hostOf(authority?.toString() ?? host ?? '')
  const isForeignPage =
    origin !== undefined && !isLocalHost(hostOf(origin.replace(/^[a-z]+:\/\//i, '')))
  if (
    isLoopback(request.socket.remoteAddress ?? '') &&
    !isForwarded &&
    isLocalHost(requestedHost) &&
    !isForeignPage
  ) {
    return undefined
  }
  const detail = 'Without a token, only this machine may use the fault API.'
  return { status: 403, detail }
}

function hostOf(authority: string): string {
  return authority.replace(/:\d*$/, '').replace(/^\[|\]$/g, '')
}

function isLocalHost(host: string): boolean {
  return host === '' || /^(.*\.)?localhost$/i.test(host) || isLoopback(host)
}

function isLoopback(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** Compares in constant time, so that the duration doesn't reveal the token. */
function isEqual(received: string, expected: string): boolean {
  const [a, b] = [Buffer.from(received), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
