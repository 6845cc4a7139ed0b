import { conditionCheck } from './condition-check.js'
import { dateOf } from './sent-validators.js'

export const ifUnmodifiedSinceStale = conditionCheck({
  id: 'if-unmodified-since-stale',
  requirement: 'A Range with an If-Unmodified-Since before Last-Modified is answered with 412.',
  section: 'RFC 9110 §13.1.4',
  strength: 'MUST',
  level: 'safe',
  harm: 'A client that pins the version by its date gets bytes of a later version, and joins them.',
  needs: ['last-modified'],
  requests: (facts) => {
    const earlier = dateOf(facts, -1000)
    if (earlier === undefined) return []
    return [{ slice: [1, 3], fields: { 'if-unmodified-since': earlier }, allows: ['refused'] }]
  },
})
