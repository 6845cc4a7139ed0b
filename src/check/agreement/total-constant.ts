import { parseContentRange } from '../../http/content-range.js'
import type { Check } from '../subject/check-definition.js'
import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED } from '../subject/finding.js'
import { describeRange, judgeBytes } from '../subject/judge-slice.js'
import { HEAD } from '../subject/request-cost.js'

export const totalConstant: Check = {
  id: 'total-constant',
  group: 'agreement',
  requirement: 'Content-Range has the same size in every 206 and 416, that of the whole.',
  section: 'RFC 9110 §14.4',
  strength: 'MUST',
  level: 'resumes',
  harm: 'Clients take the size from the first response, and stop early or fail at the end: aria2, Safari, lastbyte.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 3, bytes: 3 * HEAD },
  async run(subject) {
    const { size } = subject
    const place = Math.min(17, size - 1)
    for (const range of [`bytes=${place}-${place}`, 'bytes=-1', `bytes=${size + 7}-`]) {
      const exchange = await subject.sendRange(range, {}, { read: HEAD })
      const field = fieldOf(exchange, 'content-range')
      // A server may ignore a range, and may leave the size out of a 416 (RFC 9110 §15.5.17).
      if (field === undefined && exchange.status !== 206) continue
      const contentRange = parseContentRange(field)
      if (contentRange?.total !== size) {
        return failed(exchange, `a Content-Range of ${size} bytes`, describeRange(exchange))
      }
      if (exchange.status !== 206 || contentRange.kind !== 'slice') continue
      const finding = judgeBytes(subject, exchange, contentRange.slice.start)
      if (finding.kind === 'failed') return finding
    }
    return PASSED
  },
}
