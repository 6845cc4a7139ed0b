import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { isCompressed } from './media.js'

export const codingOnMedia: Check = {
  id: 'coding-on-media',
  group: 'advice',
  requirement:
    'Audio, video and archives are sent without a content coding, whatever Accept-Encoding has.',
  section: 'RFC 9110 §8.4',
  strength: 'advice',
  harm: 'Ranges count compressed bytes, so that players cannot seek: Firefox; the bytes are hardly fewer.',
  cost: { requests: 1, bytes: 64 * 1024 },
  async run(subject) {
    if (!isCompressed(subject.facts.whole))
      return skipped('the representation is neither audio nor video nor an archive')
    const exchange = await subject.send({ fields: { 'accept-encoding': 'gzip, br' }, read: 0 })
    const coding = fieldOf(exchange, 'content-encoding') ?? 'identity'
    if (coding.toLowerCase() === 'identity') return PASSED
    return failed(exchange, 'no Content-Encoding', describeField(exchange, 'Content-Encoding'))
  },
}
