import { rangeCheck } from './range-check.js'

export const rangeFirstByte = rangeCheck({
  id: 'range-first-byte',
  requirement: 'A range of the first byte is answered with that byte.',
  section: 'RFC 9110 §14.2',
  level: 'resumes',
  harm: 'Clients that ask for one byte to learn the size, such as hf, fail or start from the beginning.',
  range: () => 'bytes=0-0',
  slice: () => ({ start: 0, end: 1 }),
})
