import { parsePath } from './request-target.js'

/** What a query asks for: the archive of a folder, or of some of what it has. */
export type ZipQuery =
  | { readonly kind: 'zip'; readonly paths: readonly string[] }
  | { readonly kind: 'malformed'; readonly reason: string }

/**
 * Reads `?zip` and `?zip&path=a&path=b/`, whose paths are relative to the folder of the request.
 *
 * @returns undefined for a query without `zip`
 */
export function parseZipQuery(query: string): ZipQuery | undefined {
  const parameters = new URLSearchParams(query)
  if (!parameters.has('zip')) return undefined
  const paths = parameters.getAll('path')
  const wrong = paths.find((path) => /^$|\/\//.test(path) || parsePath(path) !== path)
  if (wrong === undefined) return { kind: 'zip', paths }
  const reason = `path: expected a path below this folder; received ${JSON.stringify(wrong)}.`
  return { kind: 'malformed', reason }
}
