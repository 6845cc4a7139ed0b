import type { Announcement, BodyScene } from './fault.js'

/** The announcement without the length, where a fault changes the size of a body of events. */
export function withoutLength(
  announcement: Announcement,
  { frames }: Pick<BodyScene, 'frames'>,
): Announcement {
  return frames === undefined
    ? announcement
    : { ...announcement, length: undefined, framing: 'unknown' }
}
