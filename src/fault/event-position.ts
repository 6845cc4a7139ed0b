import type { Expectation } from '../validation/expectation.js'
import { isWholeNumber, wholeNumber } from '../validation/number-expectations.js'
import type { BodyScene, Chunks } from './fault.js'
import { type Frame, splitFrames } from './split-frames.js'

/**
 * Which event of a response a fault acts on, by its number or by its id: one of the two. An event is what a client
 * dispatches; comments, heartbeats and blocks without data don't count. In NDJSON it is a row, which has no id.
 */
export interface EventPosition {
  /** The number of the event in this response, from 1. */
  readonly event?: number
  /** The id that the event itself has. The first event with it counts. */
  readonly id?: string | number
}

/** An event of a body. */
export type EventFrame = Extract<Frame, { kind: 'event' }>

/**
 * Yields the bytes that are sent for an event. It may read further frames, and may end the body by an error, or by
 * the result `end`.
 *
 * @param lastId the Last-Event-ID that a client has before the event
 */
export type EventAction = (
  event: EventFrame,
  frames: AsyncIterator<Frame>,
  lastId: string | undefined,
) => AsyncGenerator<Uint8Array, 'end' | undefined>

/** What the members of a position must be. */
export const EVENT_POSITION = {
  event: wholeNumber(1),
  id: {
    expected: 'the id of an event: a text, or a whole number',
    accepts: (value) => typeof value === 'string' || isWholeNumber(value),
  },
} as const satisfies Record<string, Expectation>

/** What is wrong with a position that has both members, or none. */
export function positionContradiction({ event, id }: EventPosition) {
  if ((event === undefined) !== (id === undefined)) return undefined
  return {
    member: 'event',
    expected: 'the number of an event from 1, or "id" instead: one of the two',
  }
}

/**
 * The bytes of a body, with one of its events replaced by those that `act` yields. Bytes before it are sent as soon
 * as their event is complete, those behind it as they arrive. A body that is no stream of events passes unchanged.
 *
 * @param act yields the bytes that are sent for the event
 */
export async function* atEvent(
  chunks: Chunks,
  position: EventPosition,
  scene: BodyScene,
  act: EventAction,
): AsyncGenerator<Uint8Array> {
  if (scene.frames === undefined) return yield* chunks
  const frames = splitFrames(chunks, scene.frames)
  let count = 0
  let hasActed = false
  let lastId: string | undefined
  try {
    for (let next = await frames.next(); !next.done; next = await frames.next()) {
      const frame = next.value
      if (frame.kind === 'event') count += 1
      if (hasActed || frame.kind !== 'event' || !isAt(position, frame, count)) yield frame.bytes
      else {
        hasActed = true
        if ((yield* act(frame, frames, lastId)) === 'end') return
      }
      if (frame.kind !== 'part') lastId = frame.id ?? lastId
    }
  } finally {
    await frames.return(undefined)
  }
}

function isAt({ event, id }: EventPosition, frame: EventFrame, count: number): boolean {
  return id === undefined ? count === event : frame.id === String(id)
}
