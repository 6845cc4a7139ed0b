import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { contentLength } from '../subject/exchange.js'
import { failed, PASSED } from '../subject/finding.js'

export const lengthKnown: Check = {
  id: 'length-known',
  group: 'advice',
  requirement: 'The response to a GET has Content-Length.',
  section: 'RFC 9110 §8.6',
  strength: 'advice',
  harm: 'Clients show no progress, check no free space and divide no download: curl, wget, aria2, browsers.',
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { whole } }) {
    if (contentLength(whole) !== undefined) return PASSED
    const received = ['Content-Length', 'Transfer-Encoding'].map((name) =>
      describeField(whole, name),
    )
    return failed(whole, 'Content-Length', received.join(', '))
  },
}
