import { parseEntityTag } from '../../http/entity-tag.js'
import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { failed, PASSED, skipped } from '../subject/finding.js'

export const etagStrong: Check = {
  id: 'etag-strong',
  group: 'validators',
  requirement: 'The response has an ETag, and it is strong.',
  section: 'RFC 9110 §8.8.3.1',
  strength: 'advice',
  harm: 'Clients that pin the version by a strong ETag begin again or resume without it: lastbyte, Chromium, undici.',
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { etag, whole } }) {
    const tag = parseEntityTag(etag)
    if (tag?.weak === false) return PASSED
    if (etag !== undefined && tag === undefined) return skipped('the ETag is malformed')
    return failed(whole, 'a strong ETag', describeField(whole, 'ETag'))
  },
}
