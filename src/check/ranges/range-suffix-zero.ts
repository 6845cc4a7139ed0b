import { unservedCheck } from './unserved-check.js'

export const rangeSuffixZero = unservedCheck({
  id: 'range-suffix-zero',
  requirement: 'A suffix of no bytes is refused with 416, or ignored: no slice can be sent for it.',
  section: 'RFC 9110 §14.1.2',
  strength: 'MUST',
  harm: 'A client gets a 206 with an impossible Content-Range, or the whole where it wanted nothing.',
  ranges: ['bytes=-0'],
  refusal: 'allowed',
})
