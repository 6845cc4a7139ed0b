import {
  atEvent,
  EVENT_POSITION,
  type EventPosition,
  positionContradiction,
} from '../event-position.js'
import type { FaultKind } from '../fault.js'

/** Sends an event or a row after the one that follows it. Needs a following one: otherwise nothing changes. */
export interface EventReorder extends EventPosition {
  readonly kind: 'event-reorder'
}

export const eventReorder: FaultKind<EventReorder> = {
  members: EVENT_POSITION,
  contradiction: positionContradiction,
  body: (fault, chunks, scene) =>
    atEvent(chunks, fault, scene, async function* ({ bytes: first }, frames) {
      let isHeld = true
      try {
        for (let next = await frames.next(); !next.done; next = await frames.next()) {
          const { kind, bytes } = next.value
          // Behind an incomplete event the client would take it for the rest of that event.
          if (kind === 'part') {
            isHeld = false
            yield first
          }
          yield bytes
          if (kind === 'other') continue
          if (kind === 'event') scene.fire()
          break
        }
      } catch (error) {
        if (isHeld) yield first
        throw error
      }
      if (isHeld) yield first
      return undefined
    }),
}
