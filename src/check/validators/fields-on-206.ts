import type { Check } from '../subject/check-definition.js'
import { skipped } from '../subject/finding.js'
import { SMALL, sendSmall } from '../subject/small-request.js'
import { compareFields } from './compare-fields.js'

export const fieldsOn206: Check = {
  id: 'fields-on-206',
  group: 'validators',
  requirement:
    'A 206 has the ETag, Last-Modified and Content-Location of the 200, and Date, Cache-Control, Expires and Vary where the 200 has them.',
  section: 'RFC 9110 §15.3.7',
  strength: 'MUST',
  level: 'safe',
  harm: 'A client that resumes cannot tell that the file was replaced, and caches join or drop the parts: lastbyte, undici, Varnish.',
  needs: ['ranges'],
  cost: { requests: 1, bytes: SMALL },
  async run(subject) {
    const part = await sendSmall(subject, 8)
    if (part.status !== 206) return skipped(`the response to a range has status ${part.status}`)
    return compareFields(subject.facts.whole, part, {
      same: ['ETag', 'Last-Modified', 'Content-Location'],
      present: ['Date', 'Cache-Control', 'Expires', 'Vary'],
    })
  },
}
