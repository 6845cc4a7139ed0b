import type { Slice } from '../../http/byte-range.js'
import { rangeCheck } from './range-check.js'

const MOST_BYTES = 4096

export const rangeMiddle = rangeCheck({
  id: 'range-middle',
  requirement: 'A range in the middle is answered with the bytes of that place.',
  section: 'RFC 9110 §14.2',
  level: 'resumes',
  harm: 'A seek shows another place, and a download in segments is corrupt: browsers, aria2.',
  bytes: MOST_BYTES,
  range: (size) => `bytes=${middle(size).start}-${middle(size).end - 1}`,
  slice: middle,
})

function middle(size: number): Slice {
  const start = Math.floor(size / 2)
  return { start, end: Math.min(start + MOST_BYTES, size - 1) }
}
