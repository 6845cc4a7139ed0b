import { conditionCheck } from './condition-check.js'

export const ifMatchStar = conditionCheck({
  id: 'if-match-star',
  requirement: 'A Range with If-Match: * is answered with 206 or 200, because the file exists.',
  section: 'RFC 9110 §13.1.1',
  strength: 'MUST',
  harm: 'A client that only requires the file to exist gets an error.',
  requests: () => [{ slice: [0, 4], fields: { 'if-match': '*' }, allows: ['slice', 'whole'] }],
})
