import type { Check } from '../subject/check-definition.js'
import { acceptRanges } from './accept-ranges.js'
import { rangeEndClamped } from './range-end-clamped.js'
import { rangeFirstByte } from './range-first-byte.js'
import { rangeFirstTwoBytes } from './range-first-two-bytes.js'
import { rangeLastByte } from './range-last-byte.js'
import { rangeMiddle } from './range-middle.js'
import { rangeOpenEnd } from './range-open-end.js'
import { rangeStartPastEnd } from './range-start-past-end.js'
import { rangeSuffix } from './range-suffix.js'
import { rangesSupported } from './ranges-supported.js'

export const RANGE_CHECKS: readonly Check[] = [
  acceptRanges,
  rangesSupported,
  rangeFirstByte,
  rangeFirstTwoBytes,
  rangeMiddle,
  rangeLastByte,
  rangeOpenEnd,
  rangeSuffix,
  rangeEndClamped,
  rangeStartPastEnd,
]
