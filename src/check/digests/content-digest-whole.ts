import type { Check } from '../subject/check-definition.js'
import { dictionaryField } from './digest-field.js'
import { DIGEST_COST, requestDigests } from './digest-requests.js'
import { judgeOfWhole } from './judge-digest.js'

export const contentDigestWhole: Check = {
  id: 'content-digest-whole',
  group: 'digests',
  requirement: 'Content-Digest in a 200 is the digest of its whole body.',
  section: 'RFC 9530 §2',
  strength: 'MUST',
  level: 'proves',
  harm: 'Clients that verify each response refuse a correct file.',
  cost: { ...DIGEST_COST, bytes: 'whole' },
  async run(subject) {
    const exchanges = await requestDigests(subject, 'want-content-digest')
    const withBody = exchanges.filter(({ request }) => request.method !== 'HEAD')
    return judgeOfWhole(subject, withBody, dictionaryField('Content-Digest'))
  },
}
