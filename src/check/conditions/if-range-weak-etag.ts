import { conditionCheck } from './condition-check.js'
import { opaqueOf } from './sent-validators.js'

export const ifRangeWeakEtag = conditionCheck({
  id: 'if-range-weak-etag',
  requirement: 'A Range with an If-Range of a weak ETag is answered with 200 and the whole.',
  section: 'RFC 9110 §13.1.5, §8.8.3.2',
  strength: 'MUST',
  level: 'safe',
  harm: 'Versions with other bytes may share a weak ETag: a client that resumes with one joins the bytes of both.',
  needs: ['etag'],
  wholes: 1,
  requests: (facts) => {
    const opaque = opaqueOf(facts)
    if (opaque === undefined) return []
    return [{ slice: [1, 4], fields: { 'if-range': `W/"${opaque}"` }, allows: ['whole'] }]
  },
})
