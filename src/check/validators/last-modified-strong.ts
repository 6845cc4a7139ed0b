import { parseEntityTag } from '../../http/entity-tag.js'
import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { ageAtDate, isStrongDate } from '../subject/strong-date.js'

export const lastModifiedStrong: Check = {
  id: 'last-modified-strong',
  group: 'validators',
  requirement: 'Last-Modified is at least 60 s older than Date, or the ETag is marked as weak.',
  section: 'RFC 9110 §8.8.2.2',
  strength: 'advice',
  harm: 'Clients that resume by a date begin again until the file is older: Chromium without an ETag, caches.',
  needs: ['last-modified'],
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { etag, whole } }) {
    const age = ageAtDate(whole)
    if (age === undefined) return skipped('the response has no Date and Last-Modified to compare')
    if (age < 0) return skipped('Last-Modified is later than Date')
    if (isStrongDate(whole) || parseEntityTag(etag)?.weak) return PASSED
    const received = `${describeField(whole, 'Last-Modified')}, ${describeField(whole, 'Date')}`
    return failed(whole, 'a Last-Modified at least 60 s older than Date', received)
  },
}
