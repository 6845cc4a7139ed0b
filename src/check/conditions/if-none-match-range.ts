import { conditionCheck } from './condition-check.js'
import { opaqueOf } from './sent-validators.js'

export const ifNoneMatchRange = conditionCheck({
  id: 'if-none-match-range',
  requirement: 'A Range with an If-None-Match of the current ETag is answered with 304.',
  section: 'RFC 9110 §13.1.2, §13.2.2',
  strength: 'MUST',
  harm: 'A cache that asks whether its part is still current downloads it again.',
  needs: ['etag'],
  requests: (facts) => {
    if (opaqueOf(facts) === undefined) return []
    return [{ slice: [1, 3], fields: { 'if-none-match': facts.etag }, allows: ['not-modified'] }]
  },
})
