import { oneOf } from '../../validation/expectation.js'
import { withoutLastLineEnd } from '../event-fields.js'
import {
  atEvent,
  EVENT_POSITION,
  type EventPosition,
  positionContradiction,
} from '../event-position.js'
import type { FaultKind } from '../fault.js'
import { InjectedEnding } from '../injected-ending.js'
import { withoutLength } from '../without-length.js'

/** Ends a stream of events or rows in one of them, or between two. */
export interface EventCut extends EventPosition {
  readonly kind: 'event-cut'
  /**
   * Where the stream ends: `before` the event; in its `middle`, after half of its bytes; at its `end`, where only the
   * blank line is absent that lets a client dispatch it. @default 'end'
   */
  readonly where?: 'before' | 'middle' | 'end'
  /**
   * How it ends: `cut` as a failure does, `reset` by a TCP RST, or `complete`, so that the message looks complete: an
   * EventSource reconnects after each of them. @default 'cut'
   */
  readonly ending?: 'cut' | 'reset' | 'complete'
}

export const eventCut: FaultKind<EventCut> = {
  members: {
    ...EVENT_POSITION,
    where: oneOf('before', 'middle', 'end'),
    ending: oneOf('cut', 'reset', 'complete'),
  },
  contradiction: positionContradiction,
  announce: ({ ending }, announcement, scene) =>
    ending === 'complete' ? withoutLength(announcement, scene) : announcement,
  body: (fault, chunks, scene) =>
    atEvent(chunks, fault, scene, async function* ({ bytes }) {
      const sent = bytesBefore(bytes, fault.where ?? 'end')
      if (sent.length > 0) yield sent
      scene.fire()
      const { ending = 'cut' } = fault
      if (ending === 'complete') return 'end'
      throw new InjectedEnding({ kind: ending })
    }),
}

function bytesBefore(bytes: Buffer, where: NonNullable<EventCut['where']>): Uint8Array {
  if (where === 'before') return bytes.subarray(0, 0)
  if (where === 'middle') return bytes.subarray(0, bytes.length >> 1)
  return withoutLastLineEnd(bytes)
}
