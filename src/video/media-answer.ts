import { decideRange, type Slice } from '../http/byte-range.js'
import { formatContentRange, formatUnsatisfiedRange } from '../http/content-range.js'
import type { MediaPin } from './pinned-url.js'

/** The fields of a media request that decide on its response. */
export interface MediaFields {
  readonly range: string | undefined
  readonly ifRange: string | undefined
}

/** The response to a media request, but for its body. */
export interface MediaAnswer {
  readonly status: 200 | 206 | 416
  readonly headers: Readonly<Record<string, string>>
  /** The bytes of the file that are its body. */
  readonly slice: Slice
}

/** Types that a pin may give to a response. It is part of a link, so it must not make a file a document or a script. */
const MEDIA_TYPE = /^(audio|video)\/|^application\/(ogg|mp4|vnd\.apple\.mpegurl)\b/i

/**
 * The response to a request for a pinned file, as its server sends it (RFC 9110 §14.2, §15.3.7, §15.5.17). A
 * malformed Range and several ranges are answered with the whole file, as §14.2 permits.
 */
export function mediaAnswer(pin: MediaPin, { range, ifRange }: MediaFields): MediaAnswer {
  const { size } = pin
  const whole: Slice = { start: 0, end: size }
  const isPinned = ifRange === undefined || ifRange === pin.etag || ifRange === pin.lastModified
  const isRanged = pin.ranges !== 'none' && isPinned
  const decided = decideRange(isRanged ? range : undefined, size)
  if (decided.kind === 'unsatisfiable') {
    const headers = { ...fieldsOf(pin), 'content-range': formatUnsatisfiedRange(size) }
    return {
      status: 416,
      headers: { ...headers, 'content-length': '0' },
      slice: { start: 0, end: 0 },
    }
  }
  const [slice = whole, ...others] = decided.kind === 'slices' ? decided.slices : []
  if (decided.kind === 'whole' || others.length > 0) {
    const headers = { ...fieldsOf(pin), 'content-length': String(size) }
    return { status: 200, headers, slice: whole }
  }
  const headers = {
    ...fieldsOf(pin),
    'content-range': formatContentRange(slice, size),
    'content-length': String(slice.end - slice.start),
  }
  return { status: 206, headers, slice }
}

function fieldsOf({ etag, lastModified, type = '', ranges }: MediaPin): Record<string, string> {
  return {
    'accept-ranges': ranges ?? 'bytes',
    'content-type': MEDIA_TYPE.test(type) ? type : 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    // A browser must ask again for each player: the server may have another version by then.
    'cache-control': 'no-store',
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { 'last-modified': lastModified }),
  }
}
