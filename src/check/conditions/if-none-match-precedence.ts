import { conditionCheck } from './condition-check.js'
import { dateOf, OTHER_TAG, opaqueOf } from './sent-validators.js'

export const ifNoneMatchPrecedence = conditionCheck({
  id: 'if-none-match-precedence',
  requirement:
    'If-None-Match is evaluated before If-Range, and If-Modified-Since beside it is ignored.',
  section: 'RFC 9110 §13.2.2, §13.1.3',
  strength: 'MUST',
  harm: 'A cache that sends the ETag and the date keeps a version that was replaced in the same second, or downloads its own again.',
  needs: ['etag', 'last-modified'],
  most: 3,
  requests: (facts) => {
    const { etag } = facts
    const [earlier, current] = [dateOf(facts, -1000), dateOf(facts)]
    if (opaqueOf(facts) === undefined || earlier === undefined || current === undefined) return []
    const matching = { 'if-none-match': etag }
    return [
      {
        slice: [1, 2],
        fields: { 'if-none-match': OTHER_TAG, 'if-modified-since': current },
        allows: ['slice', 'whole'],
      },
      {
        slice: [0, 1],
        fields: { ...matching, 'if-modified-since': earlier },
        allows: ['not-modified'],
      },
      { slice: [2, 3], fields: { ...matching, 'if-range': OTHER_TAG }, allows: ['not-modified'] },
    ]
  },
})
