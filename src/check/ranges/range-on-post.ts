import type { Check } from '../subject/check-definition.js'
import { failed, PASSED } from '../subject/finding.js'
import { describeRange } from '../subject/judge-slice.js'
import { LEFT } from '../subject/request-cost.js'

export const rangeOnPost: Check = {
  id: 'range-on-post',
  group: 'ranges',
  requirement: 'A Range on POST is ignored: the response is not a 206.',
  section: 'RFC 9110 §14.2',
  strength: 'MUST',
  harm: 'A client gets a part of the result of its request where it expects all of it.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 1, bytes: LEFT },
  async run(subject) {
    const exchange = await subject.sendRange('bytes=1-2', {}, { method: 'POST', read: 0 })
    if (exchange.status !== 206) return PASSED
    return failed(exchange, '405, or 200 with the whole', describeRange(exchange))
  },
}
