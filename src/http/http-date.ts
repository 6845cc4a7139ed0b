const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const TIME = String.raw`(\d\d):(\d\d):(\d\d)`
const MONTH = `(${MONTHS.join('|')})`
const IMF_FIXDATE = new RegExp(`^[A-Z][a-z]{2}, (\\d\\d) ${MONTH} (\\d{4}) ${TIME} GMT$`)
const RFC_850 = new RegExp(`^[A-Z][a-z]{5,8}, (\\d\\d)-${MONTH}-(\\d\\d) ${TIME} GMT$`)
const ASCTIME = new RegExp(`^[A-Z][a-z]{2} ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`)

/**
 * Formats a time as IMF-fixdate (RFC 9110 §5.6.7), `Sun, 06 Nov 1994 08:49:37 GMT`, and drops the
 * fraction of the second. undefined if the year doesn't have four digits: a file system can store such
 * a time.
 *
 * @param ms since the epoch
 */
export function formatHttpDate(ms: number): string | undefined {
  const text = new Date(ms).toUTCString()
  return IMF_FIXDATE.test(text) ? text : undefined
}

/**
 * Parses the three date formats of RFC 9110 §5.6.7 to ms since the epoch; undefined for other text.
 *
 * @param now ms since the epoch. A two-digit year of RFC 850 that appears to be more than 50 years in
 *   the future means the most recent year in the past with the same last two digits.
 */
export function parseHttpDate(field: string | undefined, now: number): number | undefined {
  const text = field?.trim() ?? ''
  const imf = IMF_FIXDATE.exec(text)
  if (imf !== null) return utc(imf[3], imf[2], imf[1], imf.slice(4))
  const asctime = ASCTIME.exec(text)
  if (asctime !== null) return utc(asctime[6], asctime[1], asctime[2], asctime.slice(3, 6))
  const rfc850 = RFC_850.exec(text)
  if (rfc850 === null) return undefined
  const [, day, month, digits, ...time] = rfc850
  const century = Math.floor(new Date(now).getUTCFullYear() / 100)
  const date = utc(`${century}${digits}`, month, day, time)
  const isPast = date !== undefined && date > fiftyYearsAfter(now)
  return isPast ? utc(`${century - 1}${digits}`, month, day, time) : date
}

function fiftyYearsAfter(now: number): number {
  const date = new Date(now)
  return date.setUTCFullYear(date.getUTCFullYear() + 50)
}

/** undefined for a day or time that doesn't exist, such as 31 Feb. A leap second becomes :59. */
function utc(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  [hours, minutes, seconds]: string[],
): number | undefined {
  const [y, d, h, m, s] = [year, day, hours, minutes, seconds].map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const monthIndex = MONTHS.indexOf(month as string)
  // Date.UTC maps the years 0 to 99 to 1900 to 1999.
  const midnight = new Date(0)
  midnight.setUTCFullYear(y, monthIndex, d)
  const exists = midnight.getUTCDate() === d && h < 24 && m < 60 && s <= 60
  return exists ? midnight.setUTCHours(h, m, Math.min(s, 59)) : undefined
}
