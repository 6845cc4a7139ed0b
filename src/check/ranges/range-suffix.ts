import { rangeCheck } from './range-check.js'

const MOST_BYTES = 500

export const rangeSuffix = rangeCheck({
  id: 'range-suffix',
  requirement: 'A suffix range is answered with the last bytes.',
  section: 'RFC 9110 §14.1.2',
  harm: 'Readers of an index at the end of a file, such as that of a ZIP archive, read the wrong bytes or fail.',
  bytes: MOST_BYTES,
  range: (size) => `bytes=-${lengthOf(size)}`,
  slice: (size) => ({ start: size - lengthOf(size), end: size }),
})

function lengthOf(size: number): number {
  return Math.min(size - 1, MOST_BYTES)
}
