import { parseEntityTag } from '../../http/entity-tag.js'
import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { hasStrongValidator } from '../subject/strong-validator.js'

export const validatorStrong: Check = {
  id: 'validator-strong',
  group: 'validators',
  requirement:
    'The response has a strong validator: a strong ETag, or a Last-Modified at least 60 s older than Date.',
  section: 'RFC 9110 §8.8.2.2',
  strength: 'SHOULD',
  level: 'safe',
  harm: 'No client can tell whether the file was replaced: all of them join two versions, or begin again.',
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { etag, whole } }) {
    if (hasStrongValidator(whole)) return PASSED
    if (etag !== undefined && parseEntityTag(etag) === undefined) {
      return skipped('the ETag is malformed')
    }
    const received = ['ETag', 'Last-Modified', 'Date'].map((name) => describeField(whole, name))
    return failed(
      whole,
      'a strong ETag, or a Last-Modified at least 60 s older than Date',
      received.join(', '),
    )
  },
}
