import type { Check } from '../subject/check-definition.js'
import { judgeSlice } from '../subject/judge-slice.js'
import { HEAD, LEFT } from '../subject/request-cost.js'
import { judgeUnserved } from './unserved-check.js'

const LIMIT = 2 ** 32

export const rangeBeyond32Bits: Check = {
  id: 'range-beyond-32-bits',
  group: 'ranges',
  requirement: 'Positions that do not fit in 32 bits are not cut to 32 bits.',
  section: 'RFC 9110 §14.1.2',
  strength: 'MUST',
  harm: 'A client that resumes a large file past 4 GiB gets bytes from its beginning.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 2, bytes: LEFT + HEAD + 2 },
  async run(subject) {
    const { size } = subject
    const start = `bytes=${LIMIT}-${LIMIT + 1}`
    if (size > LIMIT) {
      const exchange = await subject.sendRange(start, {}, { read: 3 })
      const finding = judgeSlice(subject, exchange, {
        start: LIMIT,
        end: Math.min(LIMIT + 2, size),
      })
      if (finding.kind === 'failed') return finding
    } else {
      const failure = await judgeUnserved(subject, start, 'allowed')
      if (failure !== undefined) return failure
    }
    const end = Math.max(size, LIMIT) + 1
    const exchange = await subject.sendRange(`bytes=${size - 2}-${end}`, {}, { read: 3 })
    return judgeSlice(subject, exchange, { start: size - 2, end: size })
  },
}
