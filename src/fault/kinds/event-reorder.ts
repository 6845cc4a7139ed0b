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
      try {
        for (let next = await frames.next(); !next.done; next = await frames.next()) {
          yield next.value.bytes
          if (next.value.kind === 'other') continue
          scene.fire()
          break
        }
      } catch (error) {
        yield first
        throw error
      }
      yield first
      return undefined
    }),
}
