import { type Exchange, fieldOf } from '../subject/exchange.js'

/** The names of the directives in Cache-Control (RFC 9111 §5.2), in lower case. */
export function cacheDirectives(exchange: Exchange): ReadonlySet<string> {
  const value = (fieldOf(exchange, 'cache-control') ?? '').replace(/"[^"]*"/g, '')
  const names = value.split(',').map((directive) => directive.replace(/=.*/, '').trim())
  return new Set(names.map((name) => name.toLowerCase()))
}
