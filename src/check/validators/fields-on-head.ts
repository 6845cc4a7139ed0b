import type { Check } from '../subject/check-definition.js'
import { skipped } from '../subject/finding.js'
import { SMALL } from '../subject/small-request.js'
import { compareFields } from './compare-fields.js'

export const fieldsOnHead: Check = {
  id: 'fields-on-head',
  group: 'validators',
  requirement: 'The response to HEAD has the validators of the response to GET.',
  section: 'RFC 9110 §9.3.2',
  strength: 'SHOULD',
  harm: 'Clients that learn the version by HEAD pin a wrong one or none, and begin again: hf, download managers.',
  cost: { requests: 1, bytes: SMALL },
  async run(subject) {
    const head = await subject.send({ method: 'HEAD' })
    if (head.status !== 200) return skipped(`the response to HEAD has status ${head.status}`)
    return compareFields(subject.facts.whole, head, { same: ['ETag', 'Last-Modified'] })
  },
}
