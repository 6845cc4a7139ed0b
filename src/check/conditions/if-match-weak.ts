import { conditionCheck } from './condition-check.js'
import { opaqueOf } from './sent-validators.js'

export const ifMatchWeak = conditionCheck({
  id: 'if-match-weak',
  requirement: 'An If-Match of a weak ETag matches nothing, so it is answered with 412.',
  section: 'RFC 9110 §13.1.1, §8.8.3.2',
  strength: 'MUST',
  harm: 'Versions with other bytes may share a weak ETag: a client that pins one gets bytes of another version.',
  needs: ['etag'],
  requests: (facts) => {
    const opaque = opaqueOf(facts)
    if (opaque === undefined) return []
    return [{ slice: [1, 4], fields: { 'if-match': `W/"${opaque}"` }, allows: ['refused'] }]
  },
})
