import { conditionCheck } from './condition-check.js'
import { dateOf } from './sent-validators.js'

const SECOND = 1000

/** The dates are as close as can be: a server that compares with `<` or by the minute sends the range of one of them. */
export const ifRangeOtherDate = conditionCheck({
  id: 'if-range-other-date',
  requirement:
    'A Range with an If-Range of an earlier or later date than Last-Modified is answered with 200 and the whole.',
  section: 'RFC 9110 §13.1.5',
  strength: 'MUST',
  level: 'safe',
  harm: 'A client that resumes by date after the file was replaced by an older or newer one joins the bytes of two versions: Chromium.',
  needs: ['last-modified'],
  most: 2,
  wholes: 2,
  requests: (facts) => {
    const [earlier, later] = [dateOf(facts, -SECOND), dateOf(facts, SECOND)]
    if (earlier === undefined || later === undefined) return []
    return [
      { slice: [0, 2], fields: { 'if-range': earlier }, allows: ['whole'] },
      { slice: [0, 3], fields: { 'if-range': later }, allows: ['whole'] },
    ]
  },
})
