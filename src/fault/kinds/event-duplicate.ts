import {
  atEvent,
  EVENT_POSITION,
  type EventPosition,
  positionContradiction,
} from '../event-position.js'
import type { FaultKind } from '../fault.js'
import { withoutLength } from '../without-length.js'

/** Sends an event or a row twice, with the same id. */
export interface EventDuplicate extends EventPosition {
  readonly kind: 'event-duplicate'
}

export const eventDuplicate: FaultKind<EventDuplicate> = {
  members: EVENT_POSITION,
  contradiction: positionContradiction,
  announce: (_fault, announcement, scene) => withoutLength(announcement, scene),
  body: (fault, chunks, scene) =>
    atEvent(chunks, fault, scene, async function* ({ bytes }) {
      yield bytes
      scene.fire()
      yield bytes
      return undefined
    }),
}
