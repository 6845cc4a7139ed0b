import type { Check } from '../subject/check-definition.js'
import { failed, PASSED } from '../subject/finding.js'
import { describeRange } from '../subject/judge-slice.js'
import { LEFT } from '../subject/request-cost.js'
import { nearTags, OTHER_TAG } from './sent-validators.js'

export const ifRangeStaleEtag: Check = {
  id: 'if-range-stale-etag',
  group: 'conditions',
  requirement: 'A Range with an If-Range of another version is answered with 200 and the whole.',
  section: 'RFC 9110 §13.1.5',
  strength: 'MUST',
  level: 'safe',
  harm: 'A client that resumes after the file was replaced joins the bytes of two versions: Chromium, curl with If-Range.',
  needs: ['ranges', 'strong-etag'],
  cost: { requests: 3, bytes: 3 * LEFT },
  async run(subject) {
    for (const tag of [OTHER_TAG, ...nearTags(subject.facts)]) {
      const exchange = await subject.sendRange('bytes=1-', { 'if-range': tag }, { read: 0 })
      if (exchange.status === 200) continue
      return failed(exchange, '200 and the whole representation', describeRange(exchange))
    }
    return PASSED
  },
}
