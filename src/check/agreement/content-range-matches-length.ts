import { parseContentRange } from '../../http/content-range.js'
import type { Check } from '../subject/check-definition.js'
import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { describeRange, judgeBody } from '../subject/judge-slice.js'

const MOST_BYTES = 1024

export const contentRangeMatchesLength: Check = {
  id: 'content-range-matches-length',
  group: 'agreement',
  requirement: 'Content-Range, Content-Length and the body of a 206 have the same number of bytes.',
  section: 'RFC 9110 §15.3.7',
  strength: 'MUST',
  level: 'resumes',
  harm: 'Every client waits for bytes that never come, or takes the rest of the body for the next response.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 1, bytes: 2 * MOST_BYTES },
  async run(subject) {
    const range = `bytes=1-${MOST_BYTES}`
    const exchange = await subject.sendRange(range, {}, { read: MOST_BYTES + 1 })
    if (exchange.status !== 206) return skipped(`the response to a range is ${exchange.status}`)
    const parsed = parseContentRange(fieldOf(exchange, 'content-range'))
    if (parsed?.kind !== 'slice') {
      return failed(
        exchange,
        'a Content-Range with a first and a last position',
        describeRange(exchange),
      )
    }
    return judgeBody(exchange, parsed.slice.end - parsed.slice.start) ?? PASSED
  },
}
