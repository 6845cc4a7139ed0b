import { severalCheck } from './several-check.js'

export const rangePartlyUnsatisfiable = severalCheck({
  id: 'range-partly-unsatisfiable',
  requirement:
    'Two ranges of which one starts past the end are answered with the bytes of the other, or with the whole.',
  section: 'RFC 9110 §14.1.2',
  strength: 'SHOULD',
  harm: 'A client that does not know the size loses the bytes that exist, and takes the request for one past the end.',
  slices: (size) => [
    { start: 0, end: 1 },
    { start: size + 10, end: size + 20 },
  ],
  refusal: 'wrong',
})
