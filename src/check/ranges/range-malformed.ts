import { unservedCheck } from './unserved-check.js'

/** Ten forms that no reading makes a range of. */
const FORMS = [
  'bytes',
  'bytes=',
  'bytes=-',
  'bytes=1',
  'bytes=2-1',
  'bytes=a-b',
  'bytes=--1',
  'bytes=0-1-2',
  'bytes=0x0-0x1',
  'bytes=0.5-1.5',
]

export const rangeMalformed = unservedCheck({
  id: 'range-malformed',
  requirement:
    'A malformed Range is ignored (200) or refused (416, 400): both are allowed, a slice is not.',
  section: 'RFC 9110 §14.2',
  strength: 'SHOULD',
  harm: 'A client gets bytes that nobody has asked for, or one request ends the server.',
  ranges: FORMS,
  refusal: 'allowed',
})
