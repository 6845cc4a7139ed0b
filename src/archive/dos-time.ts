/** The first and last times of MS-DOS, as fields. */
const FIRST_YEAR = 1980
const EARLIEST = (1 << 21) | (1 << 16)
const LATEST = (127 << 25) | (12 << 21) | (31 << 16) | (23 << 11) | (59 << 5) | 29

/**
 * A time as MS-DOS stores it (APPNOTE 4.4.6): the time in the low 16 bits, the date in the high ones. In UTC, so that
 * servers in several time zones send the same bytes; the extra field `UT` has the time without a zone. A time
 * outside the years 1980 to 2107 becomes the first or the last of them.
 *
 * @param time ms since the epoch
 */
export function dosDateTime(time: number): number {
  const date = new Date(time)
  const year = date.getUTCFullYear()
  if (Number.isNaN(year) || year < FIRST_YEAR) return EARLIEST
  if (year > FIRST_YEAR + 127) return LATEST >>> 0
  const day = ((year - FIRST_YEAR) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate()
  const seconds = date.getUTCSeconds() >> 1
  const clock = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | seconds
  return ((day << 16) | clock) >>> 0
}
