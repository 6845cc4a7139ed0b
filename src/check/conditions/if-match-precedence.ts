import { conditionCheck } from './condition-check.js'
import { dateOf, OTHER_TAG } from './sent-validators.js'

export const ifMatchPrecedence = conditionCheck({
  id: 'if-match-precedence',
  requirement:
    'If-Match is evaluated before the other conditions, and If-Unmodified-Since beside it is ignored.',
  section: 'RFC 9110 §13.2.2, §13.1.4',
  strength: 'MUST',
  harm: 'A client that sends the ETag and the date gets an error for a file that has its ETag, or bytes of another version.',
  needs: ['strong-etag', 'last-modified'],
  most: 4,
  requests: (facts) => {
    const { etag } = facts
    const [earlier, current] = [dateOf(facts, -1000), dateOf(facts)]
    if (earlier === undefined || current === undefined) return []
    const stale = { 'if-match': OTHER_TAG }
    return [
      {
        slice: [1, 2],
        fields: { 'if-match': etag, 'if-unmodified-since': earlier },
        allows: ['slice', 'whole'],
      },
      { slice: [0, 1], fields: { ...stale, 'if-unmodified-since': current }, allows: ['refused'] },
      { slice: [2, 3], fields: { ...stale, 'if-none-match': etag }, allows: ['refused'] },
      { slice: [3, 4], fields: { ...stale, 'if-range': etag }, allows: ['refused'] },
    ]
  },
})
