import type { Check } from '../subject/check-definition.js'
import { acceptRanges } from './accept-ranges.js'
import { rangeBeyond32Bits } from './range-beyond-32-bits.js'
import { rangeBeyond64Bits } from './range-beyond-64-bits.js'
import { rangeDescending } from './range-descending.js'
import { rangeEndClamped } from './range-end-clamped.js'
import { rangeFirstByte } from './range-first-byte.js'
import { rangeFirstTwoBytes } from './range-first-two-bytes.js'
import { rangeLastByte } from './range-last-byte.js'
import { rangeMalformed } from './range-malformed.js'
import { rangeMany } from './range-many.js'
import { rangeMiddle } from './range-middle.js'
import { rangeOnHead } from './range-on-head.js'
import { rangeOnPost } from './range-on-post.js'
import { rangeOpenEnd } from './range-open-end.js'
import { rangeOverlapping } from './range-overlapping.js'
import { rangePartlyUnsatisfiable } from './range-partly-unsatisfiable.js'
import { rangeSeveral } from './range-several.js'
import { rangeStartPastEnd } from './range-start-past-end.js'
import { rangeSuffix } from './range-suffix.js'
import { rangeSuffixLarger } from './range-suffix-larger.js'
import { rangeSuffixZero } from './range-suffix-zero.js'
import { rangeUnitCase } from './range-unit-case.js'
import { rangeUnitUnknown } from './range-unit-unknown.js'
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
  rangeSuffixLarger,
  rangeSuffixZero,
  rangeEndClamped,
  rangeStartPastEnd,
  rangeBeyond32Bits,
  rangeBeyond64Bits,
  rangeSeveral,
  rangeOverlapping,
  rangeDescending,
  rangeMany,
  rangePartlyUnsatisfiable,
  rangeUnitUnknown,
  rangeUnitCase,
  rangeMalformed,
  rangeOnHead,
  rangeOnPost,
]
