import { conditionCheck } from './condition-check.js'
import { OTHER_TAG } from './sent-validators.js'

export const ifRangeWithoutRange = conditionCheck({
  id: 'if-range-without-range',
  requirement: 'An If-Range without a Range is ignored: the response is 200 and the whole.',
  section: 'RFC 9110 §13.1.5',
  strength: 'MUST',
  harm: 'A client or cache that sends If-Range with each request gets an error or a part instead of the file.',
  wholes: 1,
  requests: () => [{ slice: undefined, fields: { 'if-range': OTHER_TAG }, allows: ['whole'] }],
})
