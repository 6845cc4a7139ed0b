import type { Check } from '../subject/check-definition.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { describeRange } from '../subject/judge-slice.js'
import { HEAD } from '../subject/request-cost.js'

/** Statuses of a server that does not serve HEAD to this client, with or without a Range. */
const REFUSALS = new Set([401, 403, 405, 501])

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
    if (exchange.status === 200) return PASSED
    if (REFUSALS.has(exchange.status)) return skipped(`HEAD is refused with ${exchange.status}`)
    return failed(exchange, '200, as to HEAD without Range', describeRange(exchange))
  },
}
