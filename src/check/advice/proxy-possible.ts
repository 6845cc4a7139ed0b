import { type Exchange, fieldOf } from '../subject/exchange.js'

/** Fields that proxies and caches add. */
const OF_PROXIES = ['via', 'age', 'x-cache', 'cache-status', 'cf-cache-status', 'x-served-by']

/** Whether a proxy or a cache may be between the server and its clients: not on one machine, unless a field tells. */
export function isProxyPossible(exchange: Exchange): boolean {
  const { hostname } = exchange.request.url
  const isLocal = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  return !isLocal || OF_PROXIES.some((name) => fieldOf(exchange, name) !== undefined)
}
