import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { BlockList, isIP, type Server } from 'node:net'

/**
 * Who needs no token. `token`: nobody. `local`: requests of this machine, which is safe only where no proxy
 * on this machine forwards requests to the server: a proxy that adds no field makes every client local.
 */
export const FAULT_ACCESS = ['token', 'local'] as const
export type FaultAccess = (typeof FAULT_ACCESS)[number]

/** Which requests may use the routes of faults and of transfers. */
export interface Permission {
  /** Permits a request that has it, as `Authorization: Bearer TOKEN`. */
  readonly token: string
  readonly access: FaultAccess
}

/** The response to a request without the permission. */
export interface Refusal {
  readonly status: 401 | 403
  readonly detail: string
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** Header fields that a proxy adds to a request that it forwards. */
const FORWARDED = /^(x-forwarded(-.*)?|forwarded|via|(.*-)?(client|real|connecting)-ip|x-envoy-.*)$/

/** A token that can't be guessed: 192 bits, in characters that need no quotes in a shell. */
export function drawToken(): string {
  return randomBytes(24).toString('hex')
}

/**
 * Why a request has no permission; undefined if it has. With the access `local`, a request of this machine may
 * without a token, unless a proxy has forwarded it or a page of another site has sent it. Host is checked too,
 * so that a page whose host name resolves to this machine (DNS rebinding) may not.
 */
export function permits(
  request: IncomingMessage | Http2ServerRequest,
  { token, access }: Permission,
): Refusal | undefined {
  const { authorization } = request.headers
  if (hasToken(authorization, token)) return undefined
  // A wrong token is a mistake to report, whoever sends it.
  if (access === 'token' || sendsToken(authorization)) return { status: 401, detail: NO_TOKEN }
  return isOfThisMachine(request) ? undefined : { status: 403, detail: NOT_LOCAL }
}

/** Whether a request has the token itself, rather than a permission without it. */
export function hasPermissionToken(
  { headers }: Pick<IncomingMessage, 'headers'>,
  { token }: Pick<Permission, 'token'>,
): boolean {
  return hasToken(headers.authorization, token)
}

const NO_TOKEN = 'Send the token of this server as Authorization: Bearer TOKEN.'
const NOT_LOCAL =
  'Without the token as Authorization: Bearer TOKEN, only this machine may use this URL.'

function isOfThisMachine({ headers, socket }: IncomingMessage | Http2ServerRequest): boolean {
  const { host, ':authority': authority, origin, 'sec-fetch-site': site } = headers
  if (!isLoopback(socket.remoteAddress ?? '') && !isUnixSocket(socket)) return false
  if (Object.keys(headers).some((field) => FORWARDED.test(field))) return false
  if (!isLocalHost(hostOf(authority?.toString() ?? host ?? ''))) return false
  // A page of another site that reads by GET sends no Origin, but a browser says where the page is from.
  if (site === 'cross-site') return false
  return origin === undefined || isLocalHost(hostOf(origin.replace(/^[a-z]+:\/\//i, '')))
}

/** By its listener: a connection of another machine has no address either, once it is closed. */
function isUnixSocket(socket: object): boolean {
  return typeof (socket as { server?: Server }).server?.address() === 'string'
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

/** Whether a field has credentials for these routes: a browser sends those of another scheme to all URLs of a site. */
export function sendsToken(authorization: string | undefined): boolean {
  return authorization !== undefined && !/^basic /i.test(authorization)
}

/** The scheme's case doesn't matter (RFC 9110 §11.1). */
function hasToken(authorization: string | undefined, token: string): boolean {
  const [, received] = /^bearer +(.+)$/i.exec(authorization ?? '') ?? []
  return received !== undefined && isEqual(received, token)
}

/** Compares digests in constant time, so that the duration reveals neither the token nor its length. */
function isEqual(received: string, expected: string): boolean {
  const [a, b] = [received, expected].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}
