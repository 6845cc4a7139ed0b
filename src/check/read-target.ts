import { LastbyteError } from '../errors.js'
import { requireFields } from '../http/caller-fields.js'
import { parseRequestUrl } from '../http/request-url.js'
import { expectedInsteadOf } from './refused-fields.js'

/** What is requested in each request of a run. */
export interface Target {
  /** Without credentials and fragment. */
  readonly url: URL
  /** By lower-case names. Credentials of the URL are among them. */
  readonly fields: Readonly<Record<string, string>>
}

/**
 * The URL and the header fields of a run.
 *
 * @throws LastbyteError BAD_SETTING
 */
export function readTarget(given: string | URL, headers: unknown = {}): Target {
  const { href, authorization } = parseRequestUrl('url', given, undefined)
  const fields = requireFields('headers', headers)
  for (const received of Object.keys(fields)) {
    const expected = expectedInsteadOf(received)
    if (expected === undefined) continue
    const message = `headers: expected ${expected}; received "${received}"`
    throw new LastbyteError('BAD_SETTING', message, { setting: 'headers', received })
  }
  const url = new URL(href)
  url.hash = ''
  return { url, fields: { ...(authorization !== undefined && { authorization }), ...fields } }
}
