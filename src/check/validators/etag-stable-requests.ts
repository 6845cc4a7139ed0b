import type { Check } from '../subject/check-definition.js'
import type { Exchange } from '../subject/exchange.js'
import { SMALL, sendSmall } from '../subject/small-request.js'
import { judgeRepeatedField } from './repeated-field.js'

const REQUESTS = 3

export const etagStableRequests: Check = {
  id: 'etag-stable-requests',
  group: 'validators',
  requirement: 'Repeated requests on one connection get the same ETag.',
  section: 'RFC 9110 §8.8.3.1',
  strength: 'SHOULD',
  level: 'resumes',
  harm: 'Each resume of a client that pins the version fails or begins again: lastbyte, Chromium, undici, curl with If-Range.',
  needs: ['etag'],
  cost: { requests: REQUESTS, bytes: REQUESTS * SMALL },
  async run(subject) {
    const exchanges: Exchange[] = []
    for (let each = 0; each < REQUESTS; each += 1) exchanges.push(await sendSmall(subject, 4))
    return judgeRepeatedField('ETag', exchanges)
  },
}
