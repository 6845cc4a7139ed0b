import type { ReadEvent } from '../../video/worker-message.js'
import type { ReceivedRanges } from './received-ranges.js'

/** Applies an event of the worker, which counts bytes. Returns the size of the file, if the event tells it. */
export function applyReadEvent(ranges: ReceivedRanges, event: ReadEvent): number | undefined {
  switch (event.kind) {
    case 'opened':
      return event.size
    case 'received':
      ranges.add(event)
      return undefined
    case 'interrupted':
      ranges.mark({ kind: 'cut', position: event.offset })
      return undefined
    case 'resumed':
      ranges.mark({ kind: 'healed', position: event.offset })
      return undefined
    case 'changed':
    case 'gave-up':
      ranges.mark({ kind: event.kind, position: ranges.ranges.at(-1)?.end ?? 0 })
      return undefined
    case 'closed':
      return undefined
  }
}

/** The part of TimeRanges that is read. */
export type BufferedTimes = Pick<TimeRanges, 'length' | 'start' | 'end'>

/** Takes what the browser has buffered, in seconds, where no worker tells of bytes. */
export function applyBuffered(
  ranges: ReceivedRanges,
  buffered: BufferedTimes,
  attempt: number,
): void {
  for (let index = 0; index < buffered.length; index += 1) {
    ranges.fill({ start: buffered.start(index), end: buffered.end(index), attempt })
  }
}
