import { relativeDate } from '../relative-date.js'

/** Writes the age of a date in a page, and the date itself, in the reader's time zone, for the pointer over it. */
export function refreshDate(
  time: Pick<HTMLTimeElement, 'dateTime' | 'textContent' | 'title'> | null,
  now: number,
): void {
  if (time === null) return
  const date = new Date(time.dateTime)
  time.textContent = relativeDate(date.getTime(), now)
  time.title = date.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' })
}
