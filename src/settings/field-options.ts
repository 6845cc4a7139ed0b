import { BOOLEAN, type Expectations } from '../validation/expectation.js'
import {
  CACHE_OPTIONS,
  type CacheOptions,
  cacheControlField,
  type StoredBy,
} from './cache-control.js'

/** Which header fields are sent with a file, of a registration or of one call. */
export interface FieldOptions extends CacheOptions {
  /**
   * Whether ranges are sent. false: a Range field is ignored and Accept-Ranges is not sent, so that an
   * interrupted download begins again.
   *
   * @default true
   */
  acceptRanges?: boolean
  /**
   * Whether Content-Type is sent. false: only the one that a handler or `setHeaders` sets.
   *
   * @default true
   */
  contentType?: boolean
  /**
   * What entity tags are made of: `stat` (or true), the file's identity and times; `content`, a digest of
   * its bytes, which is the same for copies on different disks. false: none is sent.
   *
   * @default 'stat'
   */
  etag?: boolean | 'stat' | 'content'
  /**
   * Whether Last-Modified is sent.
   *
   * @default true
   */
  lastModified?: boolean
}

/** What these options must be. */
export const FIELD_OPTIONS: Expectations<FieldOptions> = {
  ...CACHE_OPTIONS,
  acceptRanges: BOOLEAN,
  contentType: BOOLEAN,
  etag: {
    expected: 'true, false, "stat" or "content"',
    accepts: (value) => BOOLEAN.accepts(value) || value === 'stat' || value === 'content',
  },
  lastModified: BOOLEAN,
}

/** The same, settled. */
export interface FieldSettings {
  /** The value of Cache-Control; undefined: the field is not sent. */
  readonly cacheControl: string | undefined
  readonly acceptRanges: boolean
  readonly contentType: boolean
  /** `none`: no ETag is sent. */
  readonly etag: 'stat' | 'content' | 'none'
  readonly lastModified: boolean
  /** Names of Vary, at least Accept: it selects between the bytes and frames of every file (RFC 9110 §12.5.5). */
  readonly vary: string
}

/**
 * Settles the options of fields: defaults filled in, frozen.
 *
 * @param signing whether responses are signed where Accept-Signature requests it
 */
export function settleFields(
  options: FieldOptions,
  stored?: StoredBy,
  signing: 'requested' | 'never' = 'never',
): FieldSettings {
  const { acceptRanges = true, contentType = true, etag = true, lastModified = true } = options
  return Object.freeze({
    cacheControl: cacheControlField(options, stored),
    acceptRanges,
    contentType,
    etag: etag === true ? 'stat' : etag || 'none',
    lastModified,
    // A cache must not send what is not signed to a page that requires a signature.
    vary: signing === 'never' ? 'Accept' : 'Accept, Accept-Signature',
  })
}

/** Whether two settings lead to the same fields. */
export function isSameFields(a: FieldSettings, b: FieldSettings): boolean {
  return (
    a === b ||
    (a.cacheControl === b.cacheControl &&
      a.acceptRanges === b.acceptRanges &&
      a.contentType === b.contentType &&
      a.etag === b.etag &&
      a.lastModified === b.lastModified &&
      a.vary === b.vary)
  )
}
