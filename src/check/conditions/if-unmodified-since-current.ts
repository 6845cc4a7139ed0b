import { conditionCheck } from './condition-check.js'
import { dateOf } from './sent-validators.js'

const HOUR = 3_600_000

export const ifUnmodifiedSinceCurrent = conditionCheck({
  id: 'if-unmodified-since-current',
  requirement:
    'A Range with an If-Unmodified-Since of Last-Modified, or of a later date, is answered with 206 or 200.',
  section: 'RFC 9110 §13.1.4',
  strength: 'MUST',
  harm: 'A client that pins the version by its date gets an error though the file is unchanged.',
  needs: ['last-modified'],
  most: 2,
  requests: (facts) => {
    const [exact, later] = [dateOf(facts), dateOf(facts, HOUR)]
    if (exact === undefined || later === undefined) return []
    return [
      { slice: [0, 2], fields: { 'if-unmodified-since': exact }, allows: ['slice', 'whole'] },
      { slice: [0, 3], fields: { 'if-unmodified-since': later }, allows: ['slice', 'whole'] },
    ]
  },
})
