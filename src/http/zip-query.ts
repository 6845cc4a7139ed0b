import { parsePath } from './request-target.js'

/** What a query asks for: the archive of a folder, or of some of what it has. */
export type ZipQuery =
  | { readonly kind: 'zip'; readonly paths: readonly string[] }
  | { readonly kind: 'malformed'; readonly reason: string }

/** The file name of an archive of the root, which has no name of its own. */
const NAME_OF_ROOT = 'files'

/** The file name of the archive of a folder. @param path ends in a slash, or is empty */
export function archiveNameOf(path: string): string {
  return `${path.split('/').at(-2) || NAME_OF_ROOT}.zip`
}

/** Whether a query asks for an archive, well-formed or not. */
export function isForArchive(query: string): boolean {
  return new URLSearchParams(query).has('zip')
}

/**
 * Reads `?zip` and `?zip&path=a&path=b/`, whose paths are relative to the folder of the request.
 *
 * @returns undefined for a query without `zip`
 */
export function parseZipQuery(query: string): ZipQuery | undefined {
  if (!isForArchive(query)) return undefined
  const paths = new URLSearchParams(query).getAll('path')
  const wrong = paths.find((path) => /^$|\/\//.test(path) || parsePath(path) !== path)
  if (wrong === undefined) return { kind: 'zip', paths }
  const reason = `path: expected a path below this folder; received ${JSON.stringify(wrong)}.`
  return { kind: 'malformed', reason }
}
