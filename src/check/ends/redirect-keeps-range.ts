import { resolveLocation } from '../../http/location.js'
import type { Check } from '../subject/check-definition.js'
import { type Exchange, fieldOf } from '../subject/exchange.js'
import { judgeSlice } from '../subject/judge-slice.js'
import type { Subject } from '../subject/subject.js'

const MOST_REDIRECTS = 10
const LENGTH = 4

export const redirectKeepsRange: Check = {
  id: 'redirect-keeps-range',
  group: 'ends',
  requirement:
    'A Range that is sent to the first URL gets its slice from the URL to which it redirects.',
  section: 'RFC 9110 §15.4, §14.2',
  strength: 'SHOULD',
  level: 'resumes',
  harm: 'Clients resume by the first URL: curl, wget and aria2 start over, or get the bytes of another file.',
  needs: ['redirect', 'ranges', 'size', 'bytes'],
  cost: { requests: MOST_REDIRECTS + 1, bytes: (MOST_REDIRECTS + 1) * 1024 },
  async run(subject) {
    const exchange = await follow(subject)
    return judgeSlice(subject, exchange, { start: 0, end: LENGTH })
  },
}

async function follow(subject: Subject): Promise<Exchange> {
  const fields = { range: `bytes=0-${LENGTH - 1}` }
  let url = subject.givenUrl
  for (let redirects = 0; ; redirects += 1) {
    // One byte more: where no length is announced, only the end after it shows that the slice is complete.
    const exchange = await subject.send({ url, fields, read: LENGTH + 1 })
    const location = fieldOf(exchange, 'location')
    const isRedirect = exchange.status >= 300 && exchange.status < 400 && location !== undefined
    const target = isRedirect ? resolveLocation(location, url) : undefined
    if (target === undefined || redirects === MOST_REDIRECTS) return exchange
    if (!/^https?:$/.test(target.protocol)) return exchange
    target.username = ''
    target.password = ''
    url = target
  }
}
