import type { Check } from '../subject/check-definition.js'
import { skipped } from '../subject/finding.js'
import { SMALL } from '../subject/small-request.js'
import { dictionaryField } from './digest-field.js'
import { PART, requestPart } from './digest-requests.js'
import { judgeDigest } from './judge-digest.js'

export const contentDigestSlice: Check = {
  id: 'content-digest-slice',
  group: 'digests',
  requirement: 'Content-Digest in a 206 is the digest of the bytes of that response.',
  section: 'RFC 9530 §2',
  strength: 'MUST',
  level: 'proves',
  harm: 'Clients that verify each response refuse correct bytes.',
  needs: ['ranges'],
  cost: { requests: 1, bytes: SMALL + PART },
  async run(subject) {
    const [part] = await requestPart(subject, 'want-content-digest')
    if (part?.status !== 206 || part.end !== 'complete') {
      return skipped(`the slice was not received: status ${part?.status}, ${part?.end}`)
    }
    return judgeDigest(part, dictionaryField('Content-Digest'), part.body)
  },
}
