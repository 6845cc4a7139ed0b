import { rangeCheck } from './range-check.js'

export const rangeEndClamped = rangeCheck({
  id: 'range-end-clamped',
  requirement:
    'A range that ends past the end of the representation is answered with the bytes up to its end.',
  section: 'RFC 9110 §14.1.2',
  harm: 'Clients that read blocks of a fixed size, as players do, fail at the last block.',
  bytes: 2,
  range: (size) => `bytes=${size - 2}-${size + 999}`,
  slice: (size) => ({ start: size - 2, end: size }),
})
