import type { DigestValue } from '../http/digest-value.js'
import type { Validator } from '../resume/judge-response.js'
import type { ReadPolicy } from './read-policy.js'

/** One version of a representation, by its first response. */
export interface Version {
  readonly validator: Validator
  /** Bytes, if known. */
  readonly size: number | undefined
  /** The value of Accept-Ranges. */
  readonly ranges?: string | undefined
  /** The announced digest of the whole (RFC 9530). */
  readonly digest?: DigestValue | undefined
}

/** Whether a read of this version can be resumed. */
export function isResumable({ validator: { kind } }: Version, { allowWeak }: ReadPolicy): boolean {
  return kind === 'strong' || kind === 'date' || (kind === 'weak' && allowWeak)
}

/** The strong entity tag of a version. */
export function etagOf({ validator }: Version): string | undefined {
  return validator.kind === 'strong' ? validator.etag : undefined
}

/** The field that pins a request to this version (RFC 9110 §13.1.1, §13.1.4, §13.1.5). */
export function pinFields({ validator }: Version, pin: ReadPolicy['pin']): Record<string, string> {
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
