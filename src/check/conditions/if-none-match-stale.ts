import { conditionCheck } from './condition-check.js'
import { OTHER_TAG } from './sent-validators.js'

export const ifNoneMatchStale = conditionCheck({
  id: 'if-none-match-stale',
  requirement: 'A Range with an If-None-Match of another version is answered with the range.',
  section: 'RFC 9110 §13.1.2',
  strength: 'SHOULD',
  harm: 'A cache keeps bytes of a version that was replaced, or downloads the whole for a part.',
  requests: () => [{ slice: [2, 4], fields: { 'if-none-match': OTHER_TAG }, allows: ['slice'] }],
})
