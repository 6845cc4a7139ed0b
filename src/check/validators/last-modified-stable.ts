import type { Check } from '../subject/check-definition.js'
import type { Exchange } from '../subject/exchange.js'
import { SMALL, sendSmall } from '../subject/small-request.js'
import { judgeRepeatedField } from './repeated-field.js'

const CONNECTIONS = 3

export const lastModifiedStable: Check = {
  id: 'last-modified-stable',
  group: 'validators',
  requirement: 'Requests on different connections get the same Last-Modified.',
  section: 'RFC 9110 §8.8.2',
  strength: 'SHOULD',
  harm: 'A client that resumes by If-Range or If-Unmodified-Since with the date begins again, or gets 412.',
  needs: ['last-modified'],
  cost: { requests: CONNECTIONS, bytes: CONNECTIONS * SMALL },
  async run(subject) {
    const { isRanged, ranged } = subject.facts
    const exchanges: Exchange[] = isRanged ? [ranged] : []
    for (let each = 0; each < CONNECTIONS; each += 1) {
      exchanges.push(await sendSmall(subject, 7, {}, { connection: 'new' }))
    }
    return judgeRepeatedField('Last-Modified', exchanges)
  },
}
