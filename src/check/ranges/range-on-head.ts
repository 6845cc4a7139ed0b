import type { Check } from '../subject/check-definition.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { isHeadRefused } from '../subject/head-refused.js'
import { describeRange } from '../subject/judge-slice.js'
import { HEAD } from './range-check.js'

export const rangeOnHead: Check = {
  id: 'range-on-head',
  group: 'ranges',
  requirement: 'A Range on HEAD is ignored: the response is that to HEAD without it.',
  section: 'RFC 9110 §14.2',
  strength: 'MUST',
  harm: 'A client that sends its usual fields with HEAD takes the length of the slice for the size.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 1, bytes: HEAD },
  async run(subject) {
    const exchange = await subject.sendRange('bytes=1-2', {}, { method: 'HEAD' })
    if (isHeadRefused(exchange)) return skipped(`the server answers HEAD with ${exchange.status}`)
    if (exchange.status === 200) return PASSED
    return failed(exchange, '200, as to HEAD without Range', describeRange(exchange))
  },
}
