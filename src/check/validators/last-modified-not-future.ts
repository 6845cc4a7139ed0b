import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { ageAtDate } from '../subject/strong-date.js'

export const lastModifiedNotFuture: Check = {
  id: 'last-modified-not-future',
  group: 'validators',
  requirement: 'Last-Modified is not later than Date.',
  section: 'RFC 9110 §8.8.2.1',
  strength: 'MUST',
  harm: 'Caches take the file for new for ever or never, and no client can resume by the date.',
  needs: ['last-modified'],
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { whole } }) {
    const age = ageAtDate(whole)
    if (age === undefined) return skipped('the response has no Date and Last-Modified to compare')
    if (age >= 0) return PASSED
    const received = `${describeField(whole, 'Last-Modified')}, ${describeField(whole, 'Date')}`
    return failed(whole, 'a Last-Modified that is not later than Date', received)
  },
}
