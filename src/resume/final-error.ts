import type { ErrorCode, LastbyteError } from '../errors.js'

/** No attempt can change the outcome. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['BAD_SETTING', 'BAD_FIELD', 'REFUSED', 'CANCELLED'])
/** The version whose bytes have been received can't be continued. */
const VERSION_LOST: ReadonlySet<ErrorCode> = new Set([
  'REPRESENTATION_CHANGED',
  'NOT_RESUMABLE',
  'DIGEST_MISMATCH',
])

/**
 * Whether no retry can help. While a representation is `opening`, nothing has been received yet, so a
 * version that has changed under a cached entity tag is opened again as it is now.
 */
export function isFinal({ code }: LastbyteError, stage: 'opening' | 'resuming'): boolean {
  return FINAL.has(code) || (stage === 'resuming' && VERSION_LOST.has(code))
}
