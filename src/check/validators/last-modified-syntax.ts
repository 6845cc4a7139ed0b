import { parseHttpDate } from '../../http/http-date.js'
import type { Check } from '../subject/check-definition.js'
import { failed, PASSED } from '../subject/finding.js'

export const lastModifiedSyntax: Check = {
  id: 'last-modified-syntax',
  group: 'validators',
  requirement: 'A Last-Modified is one HTTP date.',
  section: 'RFC 9110 §8.8.2',
  strength: 'MUST',
  harm: 'Clients can neither keep the time of the file nor resume by it: wget, curl -R, Chromium.',
  needs: ['last-modified'],
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { lastModified, whole } }) {
    if (parseHttpDate(lastModified, Date.now()) !== undefined) return PASSED
    const expected = 'a date such as Sun, 06 Nov 1994 08:49:37 GMT'
    return failed(whole, expected, `Last-Modified: ${lastModified}`)
  },
}
