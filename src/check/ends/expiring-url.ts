import type { Check } from '../subject/check-definition.js'
import { failed, PASSED } from '../subject/finding.js'
import { urlExpiry } from './url-expiry.js'

const HOUR = 3_600_000
/** Bytes per ms of a slow client: 8 Mbit/s. */
const SLOW = 1000

export const expiringUrl: Check = {
  id: 'expiring-url',
  group: 'ends',
  requirement:
    'A signed URL is valid for an hour, or longer where a download at 8 Mbit/s takes longer.',
  section: 'RFC 9110 §15.4',
  strength: 'advice',
  harm: 'A resume after that time gets 403. Chromium and Firefox resume by the last URL; curl, wget and aria2 by the first.',
  cost: { requests: 0, bytes: 0 },
  async run({ url, givenUrl, facts, size }) {
    const expiries = [url, givenUrl, ...facts.redirects].flatMap((each) => urlExpiry(each) ?? [])
    const [first] = expiries.sort((one, other) => one.at - other.at)
    const needed = Math.max(HOUR, size / SLOW)
    const left = first === undefined ? needed : first.at - Date.now()
    if (first === undefined || left >= needed) return PASSED
    const expected = `a URL that is valid for ${minutes(needed)}, or one that does not expire and redirects to it`
    return failed(facts.whole, expected, `${first.parameter}: ${minutes(Math.max(0, left))} left`)
  },
}

function minutes(ms: number): string {
  return `${Math.ceil(ms / 60_000)} min`
}
