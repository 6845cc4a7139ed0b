import { LastbyteError } from '../errors.js'
import { requireFields } from '../http/caller-fields.js'
import { parseRequestUrl } from '../http/request-url.js'
import { readUrl } from './option-expectations.js'
import { expectedInsteadOf } from './refused-fields.js'

/** The URL and the fields of each request of a client. */
export interface RequestOptions {
  readonly url: string
  /** By lower-case names. */
  readonly fields: Readonly<Record<string, string>>
}

/**
 * Checks the URL and the header fields of a call before its first request. A transport can't distinguish
 * an invalid URL or field from a network failure, so the request would be retried.
 *
 * @throws LastbyteError BAD_SETTING
 */
export function requestOptions(url: string | URL, headers: unknown): RequestOptions {
  const { href, authorization } = parseRequestUrl('url', readUrl(url), pageUrl())
  const fields = requireFields('headers', headers)
  Object.keys(fields).forEach(requireOwnField)
  return { url: href, fields: { ...(authorization && { authorization }), ...fields } }
}

/** @throws LastbyteError BAD_SETTING for a field that the client or its transport sets */
function requireOwnField(received: string): void {
  const expected = expectedInsteadOf(received)
  if (expected === undefined) return
  const message = `headers: expected ${expected}; received "${received}"`
  throw new LastbyteError('BAD_SETTING', message, { setting: 'headers', received })
}

/** The base of relative URLs in a browser; a worker has no document. undefined in Node. */
function pageUrl(): string | undefined {
  const { document, location } = globalThis as {
    readonly document?: { readonly baseURI: string }
    readonly location?: { readonly href: string }
  }
  return document?.baseURI ?? location?.href
}
