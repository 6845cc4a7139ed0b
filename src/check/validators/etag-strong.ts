import { parseEntityTag } from '../../http/entity-tag.js'
import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { failed, PASSED, skipped } from '../subject/finding.js'

export const etagStrong: Check = {
  id: 'etag-strong',
  group: 'validators',
  requirement:
    'The response has a strong ETag. Without one a client can still resume by a strong Last-Modified: see validator-strong.',
  section: 'RFC 9110 §8.8.1',
  strength: 'SHOULD',
  harm: 'Clients that pin the version by a strong ETag begin again or resume without it: lastbyte, Chromium, undici.',
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { etag, whole } }) {
    const tag = parseEntityTag(etag)
    if (tag?.weak === false) return PASSED
    if (etag !== undefined && tag === undefined) return skipped('the ETag is malformed')
    return failed(whole, 'a strong ETag', describeField(whole, 'ETag'))
  },
}
