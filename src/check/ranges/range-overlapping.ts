import { severalCheck } from './several-check.js'

export const rangeOverlapping = severalCheck({
  id: 'range-overlapping',
  requirement:
    'Ranges that overlap are answered with the right bytes, or with the whole, or refused.',
  section: 'RFC 9110 §15.3.7',
  strength: 'MUST',
  harm: 'A client that joins the parts by their Content-Range stores wrong bytes.',
  slices: () => [
    { start: 0, end: 3 },
    { start: 1, end: 4 },
  ],
  refusal: 'allowed',
})
