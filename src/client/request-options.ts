import { requireFields } from '../http/caller-fields.js'
import { parseRequestUrl } from '../http/request-url.js'
import { readUrl } from './option-expectations.js'

/** The URL and the fields of each request of a client. */
export interface RequestOptions {
  readonly url: string
  /** By lower-case names. */
  readonly fields: Readonly<Record<string, string>>
}

/**
 * Checks what every request of a call depends on, before the first one: a transport could not tell a
 * URL or a field that can't be sent from a failure of the network, and would be retried.
 *
 * @throws LastbyteError BAD_SETTING
 */
export function requestOptions(url: string | URL, headers: unknown): RequestOptions {
  const { href, authorization } = parseRequestUrl('url', readUrl(url), pageUrl())
  const fields = requireFields('headers', headers)
  return { url: href, fields: { ...(authorization && { authorization }), ...fields } }
}

/** What a browser resolves relative URLs against; a worker has no document. undefined in Node. */
function pageUrl(): string | undefined {
  const { document, location } = globalThis as {
    readonly document?: { readonly baseURI: string }
    readonly location?: { readonly href: string }
  }
  return document?.baseURI ?? location?.href
}
