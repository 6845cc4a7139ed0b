import type { Check } from '../subject/check-definition.js'
import { type Exchange, fieldOf } from '../subject/exchange.js'
import { skipped } from '../subject/finding.js'
import { dictionaryField } from './digest-field.js'
import { DIGEST_COST, requestDigests, requestPart, wanting } from './digest-requests.js'
import { hasSameEtag, judgeOfWhole } from './judge-digest.js'

const UNENCODED_DIGEST = dictionaryField('Unencoded-Digest')

export const unencodedDigest: Check = {
  id: 'unencoded-digest',
  group: 'digests',
  requirement:
    'Unencoded-Digest is the digest of the whole representation without content coding, in each response.',
  section: 'draft-ietf-httpbis-unencoded-digest §3',
  strength: 'MUST',
  level: 'proves',
  harm: 'Clients that verify what they have decompressed refuse a correct file.',
  cost: { requests: DIGEST_COST.requests + 2, bytes: 'whole' },
  async run(subject) {
    if (fieldOf(subject.facts.whole, 'content-encoding') !== undefined) {
      return skipped('the server sends the representation only with a content coding')
    }
    const exchanges = await requestDigests(subject, 'want-unencoded-digest')
    const parts = await requestPart(subject, 'want-unencoded-digest')
    const fields = { ...wanting('want-unencoded-digest'), 'accept-encoding': 'gzip' }
    const coded = await subject.send({ method: 'HEAD', fields })
    const all = [...exchanges, ...parts, coded]
    return judgeOfWhole(subject, all, UNENCODED_DIGEST, isSameVersion)
  },
}

/** The codings of a version have ETags of their own, and one Last-Modified. */
function isSameVersion(one: Exchange, other: Exchange): boolean {
  const date = fieldOf(one, 'last-modified')
  return hasSameEtag(one, other) || (date !== undefined && date === fieldOf(other, 'last-modified'))
}
