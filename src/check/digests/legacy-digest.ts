import type { Check } from '../subject/check-definition.js'
import { LEGACY_FIELD } from './digest-field.js'
import { DIGEST_COST, requestDigests, requestPart } from './digest-requests.js'
import { judgeOfWhole } from './judge-digest.js'

export const legacyDigest: Check = {
  id: 'legacy-digest',
  group: 'digests',
  requirement:
    'Digest in the responses to GET, HEAD and ranges is the digest of the whole representation.',
  section: 'RFC 3230 §4.3.2',
  strength: 'MUST',
  level: 'proves',
  harm: 'The client aria2 verifies Digest by itself, and refuses a correct file.',
  cost: { requests: DIGEST_COST.requests + 1, bytes: 'whole' },
  async run(subject) {
    const exchanges = await requestDigests(subject, 'want-digest')
    const parts = await requestPart(subject, 'want-digest')
    return judgeOfWhole(subject, [...exchanges, ...parts], LEGACY_FIELD)
  },
}
