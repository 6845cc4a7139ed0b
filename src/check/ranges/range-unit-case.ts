import type { Check } from '../subject/check-definition.js'
import { PASSED } from '../subject/finding.js'
import { judgeSlice } from '../subject/judge-slice.js'
import { LEFT } from '../subject/request-cost.js'

export const rangeUnitCase: Check = {
  id: 'range-unit-case',
  group: 'ranges',
  requirement:
    'The unit of a range is understood in any case of its letters, or the range is ignored.',
  section: 'RFC 9110 §14.1',
  strength: 'SHOULD',
  harm: 'A client that writes Bytes= fails where a server refuses what it does not understand.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 1, bytes: LEFT },
  async run(subject) {
    const exchange = await subject.sendRange('Bytes=1-1', {}, { read: 2 })
    if (exchange.status === 200) return PASSED
    return judgeSlice(subject, exchange, { start: 1, end: 2 })
  },
}
