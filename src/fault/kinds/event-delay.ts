import { required } from '../../validation/expectation.js'
import { milliseconds } from '../../validation/number-expectations.js'
import {
  atEvent,
  EVENT_POSITION,
  type EventPosition,
  positionContradiction,
} from '../event-position.js'
import type { FaultKind } from '../fault.js'

/** Sends an event or a row, and what follows it, later. */
export interface EventDelay extends EventPosition {
  readonly kind: 'event-delay'
  /** The delay in ms. */
  readonly ms: number
}

export const eventDelay: FaultKind<EventDelay> = {
  members: { ...EVENT_POSITION, ms: required(milliseconds(0)) },
  contradiction: positionContradiction,
  body: (fault, chunks, scene) =>
    atEvent(chunks, fault, scene, async function* ({ bytes }) {
      scene.fire()
      await scene.wait(fault.ms)
      yield bytes
      return undefined
    }),
}
