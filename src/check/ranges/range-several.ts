import { severalCheck } from './several-check.js'

export const rangeSeveral = severalCheck({
  id: 'range-several',
  requirement:
    'Two ranges are answered with these bytes, as a multipart or a single part, or with the whole.',
  section: 'RFC 9110 §14.2',
  strength: 'SHOULD',
  harm: 'Clients that fetch what they lack in one request, such as zsync and PDF viewers, fail or store wrong bytes.',
  slices: (size) => [
    { start: 0, end: 2 },
    { start: size - 2, end: size },
  ],
  refusal: 'wrong',
})
