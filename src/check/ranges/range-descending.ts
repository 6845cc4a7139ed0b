import { severalCheck } from './several-check.js'

export const rangeDescending = severalCheck({
  id: 'range-descending',
  requirement: 'Two ranges in descending order are answered with these bytes, or with the whole.',
  section: 'RFC 9110 §14.2',
  strength: 'SHOULD',
  harm: 'A client that asks for the index at the end of a file and then for its beginning fails or stores wrong bytes.',
  slices: (size) => [
    { start: size - 2, end: size },
    { start: 0, end: 1 },
  ],
  refusal: 'wrong',
})
