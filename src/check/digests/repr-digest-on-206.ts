import { BoundReached } from '../subject/budget.js'
import type { Check } from '../subject/check-definition.js'
import { skipped, unverified } from '../subject/finding.js'
import { dictionaryField } from './digest-field.js'
import { requestPart, wanting } from './digest-requests.js'
import { announces, findDifference, judgeOfWhole } from './judge-digest.js'

const REPR_DIGEST = dictionaryField('Repr-Digest')

export const reprDigestOn206: Check = {
  id: 'repr-digest-on-206',
  group: 'digests',
  requirement: 'Repr-Digest in a 206 is the digest of the whole representation, not of the slice.',
  section: 'RFC 9530 §3',
  strength: 'MUST',
  level: 'proves',
  harm: 'A client that resumed refuses a correct file, or accepts a wrong one: lastbyte.',
  needs: ['ranges'],
  cost: { requests: 2, bytes: 'whole' },
  async run(subject) {
    const [part] = await requestPart(subject, 'want-repr-digest')
    if (part?.status !== 206 || !announces(part, REPR_DIGEST)) {
      return skipped('the server announces no Repr-Digest in a 206')
    }
    try {
      return await judgeOfWhole(subject, [part], REPR_DIGEST)
    } catch (error) {
      if (!(error instanceof BoundReached)) throw error
      const head = await subject.send({ method: 'HEAD', fields: wanting('want-repr-digest') })
      return findDifference([head, part], REPR_DIGEST) ?? unverified(error.message)
    }
  },
}
