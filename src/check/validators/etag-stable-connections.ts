import type { Check } from '../subject/check-definition.js'
import type { Exchange } from '../subject/exchange.js'
import { SMALL, sendSmall } from '../subject/small-request.js'
import { judgeRepeatedField } from './repeated-field.js'

/** With two servers behind a load balancer that draws one, a difference is missed once in 32 times. */
const CONNECTIONS = 6

export const etagStableConnections: Check = {
  id: 'etag-stable-connections',
  group: 'validators',
  requirement: 'Requests on different connections get the same ETag.',
  section: 'RFC 9110 §8.8.3.1',
  strength: 'SHOULD',
  level: 'resumes',
  harm: 'Behind a load balancer whose servers compute different ETags, a resume fails or begins again: lastbyte, Chromium, undici.',
  needs: ['etag'],
  cost: { requests: CONNECTIONS, bytes: CONNECTIONS * SMALL },
  async run(subject) {
    const exchanges: Exchange[] = []
    for (let each = 0; each < CONNECTIONS; each += 1) {
      exchanges.push(await sendSmall(subject, 5, {}, { connection: 'new' }))
    }
    return judgeRepeatedField('ETag', exchanges)
  },
}
