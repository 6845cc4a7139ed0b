import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { contentLength, fieldOf } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'

/** Those of validators are checked by the group of that name. */
const FIELDS = ['content-type', 'content-encoding', 'accept-ranges']

/** A URL that is signed for GET alone. */
const REFUSALS = new Set([401, 403])

export const headMatchesGet: Check = {
  id: 'head-matches-get',
  group: 'agreement',
  requirement: 'HEAD has the status, the length and the type of GET.',
  section: 'RFC 9110 §9.3.2',
  strength: 'SHOULD',
  harm: 'Clients that take the size from HEAD stop early or reject what they have: hf, download managers, scripts.',
  cost: { requests: 1, bytes: 1024 },
  async run(subject) {
    const { whole, size } = subject.facts
    const head = await subject.send({ method: 'HEAD' })
    if (REFUSALS.has(head.status)) return skipped(`HEAD is refused with ${head.status}`)
    if (head.status !== 200) return failed(head, '200, as for GET', `${head.status}`)
    const announced = contentLength(head)
    const isLengthNeeded = contentLength(whole) !== undefined
    if (announced === undefined ? isLengthNeeded : size !== undefined && announced !== size) {
      return failed(head, `Content-Length: ${size}`, describeField(head, 'content-length'))
    }
    const other = FIELDS.find((name) => fieldOf(head, name) !== fieldOf(whole, name))
    if (other === undefined) return PASSED
    return failed(head, `${describeField(whole, other)}, as for GET`, describeField(head, other))
  },
}
