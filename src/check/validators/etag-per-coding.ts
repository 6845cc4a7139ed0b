import { parseEntityTag, strongMatch } from '../../http/entity-tag.js'
import type { Check } from '../subject/check-definition.js'
import { type Exchange, fieldOf } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { LEFT } from '../subject/request-cost.js'

/** Requested one by one, since a server that has both sends only the one that it prefers. */
const CODINGS = ['gzip', 'br', 'zstd']

export const etagPerCoding: Check = {
  id: 'etag-per-coding',
  group: 'validators',
  requirement:
    'Each content coding of a representation has a strong ETag of its own, or a weak one.',
  section: 'RFC 9110 §8.8.3.3',
  strength: 'MUST',
  level: 'safe',
  harm: 'A client or a cache that resumes with the same ETag joins compressed and uncompressed bytes: Chromium, curl --compressed.',
  needs: ['strong-etag'],
  cost: { requests: CODINGS.length, bytes: CODINGS.length * LEFT },
  async run(subject) {
    const tag = parseEntityTag(subject.facts.etag)
    const coded: Exchange[] = []
    for (const coding of CODINGS) {
      const exchange = await subject.send({ fields: { 'accept-encoding': coding }, read: 0 })
      if (isCoded(exchange)) coded.push(exchange)
    }
    if (isCoded(subject.facts.whole) || coded.length === 0) {
      return skipped('the server does not send the representation with and without a coding')
    }
    const same = coded.find((each) => strongMatch(parseEntityTag(fieldOf(each, 'etag')), tag))
    if (same === undefined) return PASSED
    const coding = fieldOf(same, 'content-encoding')
    const expected = `another ETag with Content-Encoding: ${coding} than without`
    return failed(same, expected, `ETag: ${fieldOf(same, 'etag')} with both`)
  },
}

function isCoded(exchange: Exchange): boolean {
  const coding = fieldOf(exchange, 'content-encoding')
  return exchange.status === 200 && coding !== undefined && coding !== 'identity'
}
