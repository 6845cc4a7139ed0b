import type { Slice } from '../http/byte-range.js'
import type { Layout } from './layout.js'

/** The layout of a body that is one slice of the representation. */
export function layoutRaw(slice: Slice, contentType: string | undefined): Layout {
  return { contentType, length: slice.end - slice.start, pieces: [{ kind: 'slice', slice }] }
}
