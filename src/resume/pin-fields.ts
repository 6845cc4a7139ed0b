import type { Validator } from './judge-response.js'

/**
 * How requests are pinned to a version: `if-match` where received bytes have been passed on, `if-range` where
 * the read can restart with the 200 of another version.
 */
export type Pin = 'if-match' | 'if-range'

/** The field that pins a request to this version (RFC 9110 §13.1.1, §13.1.4, §13.1.5). */
export function pinFields(
  { validator }: { readonly validator: Validator },
  pin: Pin,
): Record<string, string> {
  switch (validator.kind) {
    case 'strong':
      return { [pin]: validator.etag }
    case 'date':
      return pin === 'if-range'
        ? { 'if-range': validator.lastModified }
        : { 'if-unmodified-since': validator.lastModified }
    default:
      return {}
  }
}

/** Whether a validator identifies one version, so that its bytes can be continued. */
export function isPinnable({ kind }: Validator): boolean {
  return kind === 'strong' || kind === 'date'
}
