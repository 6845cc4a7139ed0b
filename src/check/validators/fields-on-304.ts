import type { Check } from '../subject/check-definition.js'
import type { RequestFields } from '../subject/exchange.js'
import { skipped } from '../subject/finding.js'
import { compareFields } from './compare-fields.js'

export const fieldsOn304: Check = {
  id: 'fields-on-304',
  group: 'validators',
  requirement:
    'A 304 has the ETag and Content-Location of the 200, and Date, Cache-Control, Expires and Vary where the 200 has them.',
  section: 'RFC 9110 §15.4.5',
  strength: 'MUST',
  harm: 'Caches and browsers cannot tell which stored response is still valid, or for how long.',
  cost: { requests: 1, bytes: 64 * 1024 },
  async run(subject) {
    const { etag, lastModified, whole } = subject.facts
    const condition: RequestFields =
      etag === undefined ? { 'if-modified-since': lastModified } : { 'if-none-match': etag }
    if (Object.values(condition)[0] === undefined) return skipped('the server sends no validator')
    const unchanged = await subject.send({ fields: condition, read: 0 })
    if (unchanged.status !== 304) {
      return skipped(`the response to a conditional request has status ${unchanged.status}`)
    }
    return compareFields(whole, unchanged, {
      same: ['ETag', 'Content-Location'],
      present: ['Date', 'Cache-Control', 'Expires', 'Vary'],
      sameIfPresent: ['Last-Modified'],
    })
  },
}
