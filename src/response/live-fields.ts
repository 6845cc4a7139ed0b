import { INCREMENTAL_FIELDS } from '../http/incremental.js'
import { type HeaderFields, withoutFields } from './header-fields.js'

/** Fields of a file of a known length, and a date that changes while the response is sent. */
const OF_A_LENGTH = new Set(['content-length', 'last-modified'])

/**
 * The fields of a response that goes on while the file grows (RFC 8673 §2.2): not stored, not changed, and not
 * buffered by a proxy.
 */
export function liveFields(
  description: HeaderFields,
  contentRange: string,
  contentType: string | undefined,
): HeaderFields {
  return {
    ...withoutFields(description, OF_A_LENGTH),
    'cache-control': 'no-store, no-transform',
    ...INCREMENTAL_FIELDS,
    ...(contentType !== undefined && { 'content-type': contentType }),
    'content-range': contentRange,
  }
}
