import { formatContentRange, parseContentRange } from '../../http/content-range.js'
import type { Announcement, BodyScene, Chunks, FaultKind, From, Offset } from '../fault.js'
import { headOf } from '../split-chunks.js'
import { AT, FROM } from '../validate.js'

/**
 * Ends the message properly at `at`, and announces that length: in Content-Length and, for a single
 * range, in the total of Content-Range. The response looks complete; only a digest reveals it.
 */
export interface EndEarly {
  readonly kind: 'end-early'
  /** Where it acts: an absolute offset in bytes, or two of which the seed draws one between. */
  readonly at: Offset
  /** What `at` counts. @default 'representation' */
  readonly from?: From
}

export const endEarly: FaultKind<EndEarly> = {
  members: { at: AT, from: FROM },
  announce(_fault, announcement, { at, length, fire }) {
    if (length === undefined) return announcement
    fire()
    return { ...announcement, length: at, contentRange: shortened(announcement, at) }
  },
  body: (_fault, chunks, scene) => endingEarly(chunks, scene),
}

async function* endingEarly(chunks: Chunks, scene: BodyScene): AsyncGenerator<Uint8Array> {
  if (yield* headOf(chunks, scene)) scene.fire()
}

/** Content-Range can't express an empty range, so that an empty body keeps its field. */
function shortened({ contentRange }: Announcement, length: number): string | undefined {
  const range = parseContentRange(contentRange)
  if (range?.kind !== 'slice' || length === 0) return contentRange
  const { start } = range.slice
  return formatContentRange({ start, end: start + length }, start + length)
}
