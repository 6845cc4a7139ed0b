import type { Slice } from '../http/byte-range.js'
import type { Layout } from './layout.js'

/** One slice, as it is. */
export function layoutRaw(slice: Slice, contentType: string): Layout {
  return { contentType, length: slice.end - slice.start, pieces: [{ kind: 'slice', slice }] }
}
