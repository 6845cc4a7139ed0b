import { formatContentRange, parseContentRange } from '../../http/content-range.js'
import type { Announcement, BodyScene, Chunks, FaultKind, From, Offset } from '../fault.js'
import { headOf } from '../split-chunks.js'
import { AT, FROM } from '../validate.js'

/**
 * A message that properly ends at `at`, and is announced so: Content-Length, and of one range the
 * total of Content-Range too. It looks whole; only a digest, or another answer, tells.
 */
export interface EndEarly {
  readonly kind: 'end-early'
  readonly at: Offset
  readonly from?: From
}

export const endEarly: FaultKind<EndEarly> = {
  members: { at: AT, from: FROM },
  announce(_fault, announcement, { at, length, fire }) {
    if (length === undefined) return announcement
    fire()
    return { ...announcement, length: at, contentRange: shortened(announcement, at) }
  },
  body: (_fault, chunks, scene) => endingWell(chunks, scene),
}

async function* endingWell(chunks: Chunks, scene: BodyScene): AsyncGenerator<Uint8Array> {
  if (yield* headOf(chunks, scene)) scene.fire()
}

/** Nothing of a range can't be said: a body of no bytes keeps its Content-Range. */
function shortened({ contentRange }: Announcement, length: number): string | undefined {
  const range = parseContentRange(contentRange)
  if (range?.kind !== 'slice' || length === 0) return contentRange
  const { start } = range.slice
  return formatContentRange({ start, end: start + length }, start + length)
}
