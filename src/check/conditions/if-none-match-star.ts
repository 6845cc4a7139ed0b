import { conditionCheck } from './condition-check.js'

export const ifNoneMatchStar = conditionCheck({
  id: 'if-none-match-star',
  requirement: 'A GET with If-None-Match: * is answered with 304, because the file exists.',
  section: 'RFC 9110 §13.1.2',
  strength: 'MUST',
  harm: 'A client that has some version, and accepts any, downloads the file again.',
  requests: () => [{ slice: [0, 4], fields: { 'if-none-match': '*' }, allows: ['not-modified'] }],
})
