import { conditionCheck } from './condition-check.js'

export const ifMatchCurrent = conditionCheck({
  id: 'if-match-current',
  requirement: 'A Range with an If-Match of the current strong ETag is answered with the range.',
  section: 'RFC 9110 §13.1.1',
  strength: 'SHOULD',
  level: 'resumes',
  harm: 'A client that pins the version by If-Match can not resume: undici, VLC, lastbyte.',
  needs: ['strong-etag'],
  requests: ({ etag }) => [{ slice: [1, 3], fields: { 'if-match': etag }, allows: ['slice'] }],
})
