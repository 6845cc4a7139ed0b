import type { Check } from '../subject/check-definition.js'
import { failed, PASSED } from '../subject/finding.js'
import { describeRange } from '../subject/judge-slice.js'

export const ifRangeStaleEtag: Check = {
  id: 'if-range-stale-etag',
  group: 'conditions',
  requirement: 'A Range with an If-Range of another version is answered with 200 and the whole.',
  section: 'RFC 9110 §13.1.5',
  strength: 'MUST',
  level: 'safe',
  harm: 'A client that resumes after the file was replaced joins the bytes of two versions: Chromium, curl with If-Range.',
  needs: ['ranges', 'strong-etag'],
  cost: { requests: 1, bytes: 64 * 1024 },
  async run(subject) {
    const exchange = await subject.sendRange(
      'bytes=1-',
      { 'if-range': '"of-no-version"' },
      { read: 0 },
    )
    if (exchange.status === 200) return PASSED
    return failed(exchange, '200 and the whole representation', describeRange(exchange))
  },
}
