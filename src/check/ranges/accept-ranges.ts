import type { Check } from '../subject/check-definition.js'
import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'

export const acceptRanges: Check = {
  id: 'accept-ranges',
  group: 'ranges',
  requirement: 'Accept-Ranges of the whole tells whether the server answers ranges of bytes.',
  section: 'RFC 9110 §14.3',
  strength: 'advice',
  harm: 'Firefox does not resume a download without Accept-Ranges: bytes, and pdf.js loads the whole document.',
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { whole, isRanged, size } }) {
    if (size === 0) return skipped('the representation is empty')
    const field = fieldOf(whole, 'accept-ranges')
    const units = (field ?? '').toLowerCase().split(',')
    const isAnnounced = units.some((unit) => unit.trim() === 'bytes')
    if (isAnnounced === isRanged) return PASSED
    const expected = isRanged
      ? 'Accept-Ranges: bytes'
      : 'no Accept-Ranges: bytes, or a 206 for bytes=0-0'
    return failed(
      whole,
      expected,
      field === undefined ? 'no Accept-Ranges' : `Accept-Ranges: ${field}`,
    )
  },
}
