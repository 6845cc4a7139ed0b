import { unservedCheck } from './unserved-check.js'

export const rangeSuffixZero = unservedCheck({
  id: 'range-suffix-zero',
  requirement: 'A suffix of no bytes is refused, or ignored: no slice can be sent for it.',
  section: 'RFC 9110 §14.1.2',
  strength: 'MUST',
  harm: 'A client that computes its suffix takes an empty 206 with an impossible Content-Range for a success.',
  ranges: ['bytes=-0'],
  refusal: 'allowed',
})
