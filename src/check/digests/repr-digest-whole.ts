import type { Check } from '../subject/check-definition.js'
import { dictionaryField } from './digest-field.js'
import { DIGEST_COST, requestDigests } from './digest-requests.js'
import { judgeOfWhole } from './judge-digest.js'

export const reprDigestWhole: Check = {
  id: 'repr-digest-whole',
  group: 'digests',
  requirement: 'Repr-Digest in the responses to GET and HEAD is the digest of the representation.',
  section: 'RFC 9530 §3',
  strength: 'MUST',
  level: 'proves',
  harm: 'Clients that verify the digest refuse a correct file: lastbyte.',
  cost: { ...DIGEST_COST, bytes: 'whole' },
  async run(subject) {
    const exchanges = await requestDigests(subject, 'want-repr-digest')
    return judgeOfWhole(subject, exchanges, dictionaryField('Repr-Digest'))
  },
}
