import { conditionCheck } from './condition-check.js'
import { COMMA_TAG, OTHER_TAG, opaqueOf } from './sent-validators.js'

export const ifMatchList = conditionCheck({
  id: 'if-match-list',
  requirement:
    'An If-Match with several ETags, which may contain commas, holds if one of them is the current one, and fails with 412 otherwise.',
  section: 'RFC 9110 §13.1.1, §8.8.3',
  strength: 'MUST',
  harm: 'A client that knows several versions gets an error, or bytes of a version that it does not know.',
  needs: ['strong-etag'],
  most: 2,
  requests: (facts) => {
    const opaque = opaqueOf(facts)
    if (opaque === undefined) return []
    const listed = `${OTHER_TAG}, ${COMMA_TAG}, "${opaque}"`
    const unlisted = `${OTHER_TAG}, "of-no,${opaque}"`
    return [
      { slice: [0, 2], fields: { 'if-match': listed }, allows: ['slice', 'whole'] },
      { slice: [0, 3], fields: { 'if-match': unlisted }, allows: ['refused'] },
    ]
  },
})
