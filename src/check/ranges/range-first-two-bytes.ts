import { rangeCheck } from './range-check.js'

export const rangeFirstTwoBytes = rangeCheck({
  id: 'range-first-two-bytes',
  requirement: 'A range of the first two bytes is answered with these bytes.',
  section: 'RFC 9110 §14.2',
  harm: 'Safari asks for bytes=0-1 before it plays a video or sound, and plays none without a right answer.',
  bytes: 2,
  range: () => 'bytes=0-1',
  slice: () => ({ start: 0, end: 2 }),
})
