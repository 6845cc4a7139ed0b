import { rangeCheck } from './range-check.js'

const MOST_BYTES = 1000

export const rangeOpenEnd = rangeCheck({
  id: 'range-open-end',
  requirement: 'A range without an end is answered with all bytes from its start.',
  section: 'RFC 9110 §14.1.2',
  level: 'resumes',
  harm: 'Nobody can resume: curl, wget, aria2, undici and browsers go on with bytes=N-.',
  bytes: MOST_BYTES,
  range: (size) => `bytes=${startOf(size)}-`,
  slice: (size) => ({ start: startOf(size), end: size }),
})

function startOf(size: number): number {
  return Math.max(1, size - MOST_BYTES)
}
