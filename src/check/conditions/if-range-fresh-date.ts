import type { Slice } from '../../http/byte-range.js'
import { parseHttpDate } from '../../http/http-date.js'
import type { Check } from '../subject/check-definition.js'
import { type Exchange, fieldOf } from '../subject/exchange.js'
import { PASSED, skipped } from '../subject/finding.js'
import { judgeOutcome } from './judge-outcome.js'

const SECOND = 1000
const SLICE: Slice = { start: 3, end: 4 }

/**
 * Sends the Date of a response as If-Range. It is no Last-Modified of a version, or that of one which was written in
 * this second and may be followed by another.
 */
export const ifRangeFreshDate: Check = {
  id: 'if-range-fresh-date',
  group: 'conditions',
  requirement: 'A Range with an If-Range of the present second is answered with 200 and the whole.',
  section: 'RFC 9110 §13.1.5, §8.8.2.2',
  strength: 'MUST',
  level: 'safe',
  harm: 'A client that resumes by the time of its download, or that of a file written just before it, joins the bytes of two versions.',
  needs: ['ranges', 'size', 'bytes', 'last-modified'],
  cost: { requests: 2, bytes: 66 * 1024 },
  async run(subject) {
    const before = await subject.sendRange('bytes=2-3', {}, { read: 2 })
    const date = fieldOf(before, 'date')
    if (date === undefined || dateIn(before, 'date') === undefined) {
      return skipped('the server sends no Date')
    }
    const exchange = await subject.sendRange('bytes=3-3', { 'if-range': date }, { read: 1 })
    if (isStrongNow(exchange, date)) return PASSED
    return judgeOutcome(subject, exchange, { slice: SLICE, allows: ['whole'] })
  },
}

/** Whether the date has become that of a version that can be told from the next: a second has gone by since. */
function isStrongNow(exchange: Exchange, date: string): boolean {
  const now = dateIn(exchange, 'date')
  const sent = parseHttpDate(date, Date.now())
  if (now === undefined || sent === undefined) return false
  return dateIn(exchange, 'last-modified') === sent && now - sent >= SECOND
}

function dateIn(exchange: Exchange, name: string): number | undefined {
  return parseHttpDate(fieldOf(exchange, name), Date.now())
}
