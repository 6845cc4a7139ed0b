import type { Slice } from '../../http/byte-range.js'
import { severalCheck } from './several-check.js'

const MOST_RANGES = 100

export const rangeMany = severalCheck({
  id: 'range-many',
  requirement: 'A hundred ranges are answered with the right bytes, or with the whole, or refused.',
  section: 'RFC 9110 §14.2',
  strength: 'MUST',
  harm: 'A client that joins the parts by their Content-Range stores wrong bytes, or one request ends the server.',
  slices: spread,
  refusal: 'allowed',
})

/** Single bytes all over the representation, none of which touch each other. */
function spread(size: number): readonly Slice[] {
  const count = Math.min(MOST_RANGES, Math.floor(size / 2))
  const step = Math.floor(size / count)
  return Array.from({ length: count }, (_, index) => ({
    start: index * step,
    end: index * step + 1,
  }))
}
