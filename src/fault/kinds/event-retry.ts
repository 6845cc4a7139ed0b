import { required } from '../../validation/expectation.js'
import { isWholeNumber } from '../../validation/number-expectations.js'
import { withField } from '../event-fields.js'
import {
  atEvent,
  EVENT_POSITION,
  type EventPosition,
  positionContradiction,
} from '../event-position.js'
import type { FaultKind } from '../fault.js'
import { withoutLength } from '../without-length.js'

/** Sends another reconnection time in an event. Clients ignore one that isn't only ASCII digits. */
export interface EventRetry extends EventPosition {
  readonly kind: 'event-retry'
  /** The value of the field: ms, or a text without CR, LF and NUL. */
  readonly value: number | string
}

export const eventRetry: FaultKind<EventRetry> = {
  members: {
    ...EVENT_POSITION,
    value: required({
      expected: 'a whole number of ms, or a text without CR, LF and NUL',
      accepts: (value) =>
        typeof value === 'string' ? !/[\r\n\0]/.test(value) : isWholeNumber(value),
    }),
  },
  contradiction: positionContradiction,
  announce: (_fault, announcement, scene) => withoutLength(announcement, scene),
  body: (fault, chunks, scene) =>
    atEvent(chunks, fault, scene, async function* ({ bytes }) {
      if (scene.frames === 'lines') {
        yield bytes
        return undefined
      }
      scene.fire()
      yield withField(bytes, 'retry', String(fault.value))
      return undefined
    }),
}
