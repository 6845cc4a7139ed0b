import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { failed, PASSED } from '../subject/finding.js'
import { cacheDirectives } from './cache-directives.js'

export const cacheNoStore: Check = {
  id: 'cache-no-store',
  group: 'advice',
  requirement:
    'Cache-Control does not have no-store; no-cache is enough where each use must be validated.',
  section: 'RFC 9111 §5.2.2.5',
  strength: 'advice',
  harm: 'Chromium sends If-Range only where it may store the response, so its <video> joins two versions of a file.',
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { whole } }) {
    if (!cacheDirectives(whole).has('no-store')) return PASSED
    return failed(whole, 'Cache-Control without no-store', describeField(whole, 'Cache-Control'))
  },
}
