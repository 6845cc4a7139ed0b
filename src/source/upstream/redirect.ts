import { asPathBelow, resolveLocation, withoutEchoedHost } from '../../http/location.js'
import type { UpstreamSettings } from './upstream-options.js'
import type { UpstreamResponse } from './upstream-response.js'

const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** Where a response redirects to (RFC 9110 §15.4); undefined for no redirect, or none to http(s). */
export function redirectOf({
  status,
  field,
  url,
  path,
}: Pick<UpstreamResponse, 'status' | 'field' | 'url' | 'path'>): URL | undefined {
  const location = field('location')
  if (!REDIRECTS.has(status) || location === undefined) return undefined
  const to = resolveLocation(withoutEchoedHost(location, path), url)
  return to && /^https?:$/.test(to.protocol) ? to : undefined
}

/** Whether a redirect only adds the slash of a directory. */
export function addsSlash(from: URL, to: URL): boolean {
  return from.origin === to.origin && to.pathname === `${from.pathname}/`
}

/**
 * Whether this server follows a redirect: to one of `redirects`, and to another file of a source. The redirects of
 * a site to itself are for the client, which keeps the cookie of a login and resolves the links of a page by the URL
 * that it was sent to.
 */
export function isFollowed(to: URL, from: URL, settings: UpstreamSettings): boolean {
  const { origin, redirects, role } = settings
  if (addsSlash(from, to)) return false
  return to.origin === origin.origin ? role === 'source' : redirects.has(to.origin)
}

/**
 * The Location of a response as the client of this server must see it. One that the origin has made of its own
 * name leads to this server, and the path of the origin is left out. One that leads out of that path is unchanged: this
 * server has no URL for it.
 *
 * @param location as the origin sent it
 */
export function passedLocation(
  location: string,
  { url, path }: Pick<UpstreamResponse, 'url' | 'path'>,
  { origin, role }: Pick<UpstreamSettings, 'origin' | 'role'>,
): string {
  const received = withoutEchoedHost(location, path)
  const to = resolveLocation(received, url)
  if (to === undefined) return received
  // A relative reference in a response of another server would be resolved by the name of this one.
  const isElsewhere = url.origin !== origin.origin
  if (role === 'source' || to.origin !== origin.origin) return isElsewhere ? to.href : received
  const base = origin.pathname.replace(/\/$/, '')
  return asPathBelow(isElsewhere ? to.href : received, to, base) ?? received
}
