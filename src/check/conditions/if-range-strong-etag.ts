import { conditionCheck } from './condition-check.js'

export const ifRangeStrongEtag = conditionCheck({
  id: 'if-range-strong-etag',
  requirement: 'A Range with an If-Range of the current strong ETag is answered with the range.',
  section: 'RFC 9110 §13.1.5',
  strength: 'SHOULD',
  level: 'resumes',
  harm: 'A client that resumes only if the file is unchanged starts from the beginning each time: Chromium, and curl with If-Range.',
  needs: ['strong-etag'],
  requests: ({ etag }) => [{ slice: [1, 3], fields: { 'if-range': etag }, allows: ['slice'] }],
})
