import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { cacheDirectives } from './cache-directives.js'
import { isMedia } from './media.js'
import { isProxyPossible } from './proxy-possible.js'

export const cacheNoTransform: Check = {
  id: 'cache-no-transform',
  group: 'advice',
  requirement: 'Audio and video that pass proxies have Cache-Control: no-transform.',
  section: 'RFC 9111 §5.2.2.6',
  strength: 'advice',
  harm: 'A proxy or CDN may compress or re-encode the media, which changes its bytes and its length: all clients that resume.',
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { whole } }) {
    if (!isMedia(whole)) return skipped('the representation is neither audio nor video')
    if (!isProxyPossible(whole)) return skipped('no proxy is between this machine and the server')
    if (cacheDirectives(whole).has('no-transform')) return PASSED
    const received = describeField(whole, 'Cache-Control')
    return failed(whole, 'Cache-Control with no-transform', received)
  },
}
