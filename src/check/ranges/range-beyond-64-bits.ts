import type { Check } from '../subject/check-definition.js'
import { PASSED } from '../subject/finding.js'
import { judgeSlice } from '../subject/judge-slice.js'
import { LEFT } from '../subject/request-cost.js'
import { isRefused } from './range-check.js'
import { judgeUnserved } from './unserved-check.js'

const LIMIT = 2n ** 64n

export const rangeBeyond64Bits: Check = {
  id: 'range-beyond-64-bits',
  group: 'ranges',
  requirement:
    'Positions that do not fit in 64 bits are not cut to 64 bits: the range is refused, ignored or clamped.',
  section: 'RFC 9110 §14.1.2',
  strength: 'MUST',
  harm: 'A client gets bytes that nobody has asked for, or one request ends the server.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 2, bytes: 2 * LEFT },
  async run(subject) {
    const failure = await judgeUnserved(subject, `bytes=${LIMIT}-${LIMIT + 1n}`, 'allowed')
    if (failure !== undefined) return failure
    const start = subject.size - 2
    const exchange = await subject.sendRange(`bytes=${start}-${LIMIT + 1n}`, {}, { read: 3 })
    if (exchange.status === 200 || isRefused(exchange)) return PASSED
    return judgeSlice(subject, exchange, { start, end: subject.size })
  },
}
