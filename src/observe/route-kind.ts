import type { RouteKind } from './response-notes.js'

/** Names below `/-/` for those who operate the server. All others are of pages. */
const ADMIN: ReadonlySet<string> = new Set(['healthz', 'readyz', 'metrics', 'faults', 'transfers'])

/**
 * The kind of a route, by its URL, with which its responses begin: those of files, listings and streams are known
 * when they are prepared.
 *
 * @param url as in a declaration, such as `/films/-/watch/*`; undefined for a request without a route
 */
export function routeKindOf(url: string | undefined): RouteKind {
  const [, name] = /\/-\/([^/]+)/.exec(url ?? '') ?? []
  if (name === undefined) return 'other'
  return ADMIN.has(name) ? 'admin' : 'page'
}
