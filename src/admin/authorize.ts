import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { BlockList, isIP } from 'node:net'

/** Who may arm faults: whoever has the token, or else the machine itself. */
export interface Permission {
  /** Wanted as `Authorization: Bearer TOKEN`. Where there is none, this machine alone may. */
  readonly token?: string | undefined
}

export interface Refusal {
  readonly status: 401 | 403
  readonly detail: string
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** Fields by which a proxy says that a request is not its own. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/**
 * Why a request may not touch the faults, or undefined if it may. Without a token one from this
 * machine may, unless a proxy here says that it passes it on, or a page of another site sends it.
 */
export function permits(
  request: IncomingMessage | Http2ServerRequest,
  { token }: Permission,
): Refusal | undefined {
  const { authorization, host, ':authority': authority, origin } = request.headers
  if (token !== undefined) {
    return isEqual(authorization ?? '', `Bearer ${token}`)
      ? undefined
      : { status: 401, detail: 'Faults are armed with the token that this server was given.' }
  }
  const forwarded = FORWARDED.some((field) => request.headers[field] !== undefined)
  const named = hostOf(authority?.toString() ?? host ?? '')
  const foreign = origin !== undefined && !isOwn(hostOf(origin.replace(/^[a-z]+:\/\//i, '')))
  if (isLoopback(request.socket.remoteAddress ?? '') && !forwarded && isOwn(named) && !foreign) {
    return undefined
  }
  const detail = 'Faults are armed from this machine alone; others need a server with a token.'
  return { status: 403, detail }
}

function hostOf(authority: string): string {
  return authority.replace(/:\d*$/, '').replace(/^\[|\]$/g, '')
}

function isOwn(host: string): boolean {
  return host === '' || /^(.*\.)?localhost$/i.test(host) || isLoopback(host)
}

function isLoopback(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

function isEqual(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
