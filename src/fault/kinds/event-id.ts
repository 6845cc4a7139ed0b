import { oneOf, required } from '../../validation/expectation.js'
import { withField } from '../event-fields.js'
import {
  atEvent,
  EVENT_POSITION,
  type EventPosition,
  positionContradiction,
} from '../event-position.js'
import type { FaultKind } from '../fault.js'
import { withoutLength } from '../without-length.js'

/** Sends an event with a wrong id, which a client sends in Last-Event-ID when it reconnects. */
export interface EventId extends EventPosition {
  readonly kind: 'event-id'
  /**
   * The id: `changed` to `value`; `nul`, with a NUL, which clients ignore; `missing`; or `repeated`, the id of the
   * event before it that had one.
   */
  readonly as: 'changed' | 'nul' | 'missing' | 'repeated'
  /** The id that is sent as `changed`, without CR, LF and NUL. @default 'wrong' */
  readonly value?: string
}

export const eventId: FaultKind<EventId> = {
  members: {
    ...EVENT_POSITION,
    as: required(oneOf('changed', 'nul', 'missing', 'repeated')),
    value: {
      expected: 'a text without CR, LF and NUL',
      accepts: (value) => typeof value === 'string' && !/[\r\n\0]/.test(value),
    },
  },
  contradiction: (fault) => {
    const expected = '"changed", which "value" needs'
    if (fault.value !== undefined && fault.as !== 'changed') return { member: 'as', expected }
    return positionContradiction(fault)
  },
  announce: (_fault, announcement, scene) => withoutLength(announcement, scene),
  body: (fault, chunks, scene) =>
    atEvent(chunks, fault, scene, async function* ({ bytes, id }, _frames, before) {
      const instead = idOf(fault, id, before)
      if (scene.frames === 'lines' || instead.kind === 'none') {
        yield bytes
        return undefined
      }
      scene.fire()
      yield withField(bytes, 'id', instead.value)
      return undefined
    }),
}

type NewId =
  | { readonly kind: 'sent'; readonly value: string | undefined }
  | { readonly kind: 'none' }

function idOf(
  { as, value = 'wrong' }: EventId,
  id: string | undefined,
  before: string | undefined,
): NewId {
  switch (as) {
    case 'changed':
      return { kind: 'sent', value }
    case 'nul':
      return { kind: 'sent', value: `${id ?? ''}\0` }
    case 'missing':
      return id === undefined ? { kind: 'none' } : { kind: 'sent', value: undefined }
    case 'repeated':
      return before === undefined ? { kind: 'none' } : { kind: 'sent', value: before }
  }
}
