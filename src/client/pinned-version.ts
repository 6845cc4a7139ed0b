import type { DigestValue } from '../http/digest-value.js'
import type { Validator } from '../resume/judge-response.js'
import { isPinnable } from '../resume/pin-fields.js'
import type { ReadPolicy } from './read-policy.js'

/** One version of a representation, by its first response. */
export interface Version {
  readonly validator: Validator
  /** The weak entity tag, which a response that continues by another validator must have as well. */
  readonly weakTag?: string | undefined
  /** Bytes, if known. */
  readonly size: number | undefined
  /** The value of Accept-Ranges. */
  readonly ranges?: string | undefined
  /** The Content-Encoding of the bytes; undefined: identity. */
  readonly coding?: string | undefined
  /** The announced digest of the whole (RFC 9530). */
  readonly digest?: DigestValue | undefined
}

/** Whether a read of this version can be resumed. */
export function isResumable({ validator }: Version, { allowWeak }: ReadPolicy): boolean {
  return isPinnable(validator) || (validator.kind === 'weak' && allowWeak)
}

/** The strong entity tag of a version. */
export function etagOf({ validator }: Version): string | undefined {
  return validator.kind === 'strong' ? validator.etag : undefined
}
