import { rangeCheck } from './range-check.js'

export const rangeLastByte = rangeCheck({
  id: 'range-last-byte',
  requirement: 'A range of the last byte is answered with that byte.',
  section: 'RFC 9110 §14.2',
  level: 'resumes',
  harm: 'A download that broke before its last byte can never end, in any client.',
  range: (size) => `bytes=${size - 1}-${size - 1}`,
  slice: (size) => ({ start: size - 1, end: size }),
})
