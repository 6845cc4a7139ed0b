import { parseEntityTag } from '../../http/entity-tag.js'
import type { Check } from '../subject/check-definition.js'
import { failed, PASSED, skipped } from '../subject/finding.js'

export const etagSyntax: Check = {
  id: 'etag-syntax',
  group: 'validators',
  requirement: 'An ETag is one entity tag: text in double quotes, after W/ if it is weak.',
  section: 'RFC 9110 §8.8.3',
  strength: 'MUST',
  level: 'safe',
  harm: 'Clients that parse the tag, such as lastbyte, undici and caches, treat it as absent; If-Range with it is malformed.',
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { etag, whole } }) {
    if (etag === undefined) return skipped('the server sends no ETag')
    if (parseEntityTag(etag) !== undefined) return PASSED
    return failed(whole, 'one entity tag, such as "5f3a" or W/"5f3a"', `ETag: ${etag}`)
  },
}
