import { unservedCheck } from './unserved-check.js'

export const rangeUnitUnknown = unservedCheck({
  id: 'range-unit-unknown',
  requirement:
    'A range of a unit that the server does not know is ignored: it sends the whole with 200.',
  section: 'RFC 9110 §14.2',
  strength: 'MUST',
  harm: 'A client that asks for another unit, as RFC 9110 permits, gets bytes that it takes for that unit, or nothing.',
  ranges: ['lines=0-0'],
  refusal: 'wrong',
})
