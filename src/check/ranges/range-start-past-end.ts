import { formatUnsatisfiedRange } from '../../http/content-range.js'
import type { Check } from '../subject/check-definition.js'
import { failed, PASSED } from '../subject/finding.js'
import { describeRange, hasContentRange } from '../subject/judge-slice.js'
import { HEAD } from '../subject/request-cost.js'

/** Bytes past the end at which a range starts: a client that has the whole asks for the first of them. */
const STARTS = [0, 1000]

export const rangeStartPastEnd: Check = {
  id: 'range-start-past-end',
  group: 'ranges',
  requirement:
    'A range that starts past the end is answered with 416 and the size in Content-Range.',
  section: 'RFC 9110 §15.5.17',
  strength: 'SHOULD',
  harm: 'A client that has the whole file cannot tell that it is complete: curl -C - and wget -c fail or start again.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: STARTS.length, bytes: STARTS.length * HEAD },
  async run(subject) {
    const total = formatUnsatisfiedRange(subject.size)
    for (const start of STARTS) {
      const exchange = await subject.sendRange(`bytes=${subject.size + start}-`, {}, { read: HEAD })
      if (exchange.status === 416 && hasContentRange(exchange, total)) continue
      return failed(exchange, `416 with Content-Range: ${total}`, describeRange(exchange))
    }
    return PASSED
  },
}
