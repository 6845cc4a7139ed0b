import { METALINK_TYPE } from './metalink-document.js'
import { encodePath } from './request-target.js'

/**
 * The values of Link with which the response for a file names its Metalink document and its mirrors (RFC 6249 §2, §4).
 * The first is relative to the URL of the request, so that it is right behind a proxy that removes a prefix.
 *
 * @param query that of the document, from `metalinkQuery`
 */
export function metalinkLinks(query: string, mirrors: readonly string[]): string[] {
  return [
    `<${query}>; rel=describedby; type="${METALINK_TYPE}"`,
    ...mirrors.map((url, nth) => `<${url}>; rel=duplicate; pri=${nth + 1}`),
  ]
}

/** The URLs of a file on mirrors. @param bases URLs that end with a slash */
export function mirrorUrls(bases: readonly string[], key: string, signature: string): string[] {
  return bases.map((base) => base + encodePath(key) + signature)
}
