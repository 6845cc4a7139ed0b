import type { Check } from '../subject/check-definition.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { describeRange } from '../subject/judge-slice.js'

export const rangesSupported: Check = {
  id: 'ranges-supported',
  group: 'ranges',
  requirement: 'A range of bytes is answered with 206.',
  section: 'RFC 9110 §14.2',
  strength: 'SHOULD',
  level: 'resumes',
  harm: 'Every client starts again from the first byte after a failure, and no player can seek; Safari plays no video.',
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { ranged, size, isRanged } }) {
    if (size === 0) return skipped('the representation is empty')
    return isRanged ? PASSED : failed(ranged, '206 with the first byte', describeRange(ranged))
  },
}
