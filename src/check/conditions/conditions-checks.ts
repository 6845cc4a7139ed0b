import type { Check } from '../subject/check-definition.js'
import { ifRangeExactDate } from './if-range-exact-date.js'
import { ifRangeFreshDate } from './if-range-fresh-date.js'
import { ifRangeMalformed } from './if-range-malformed.js'
import { ifRangeOtherDate } from './if-range-other-date.js'
import { ifRangeStaleEtag } from './if-range-stale-etag.js'
import { ifRangeStrongEtag } from './if-range-strong-etag.js'
import { ifRangeWeakEtag } from './if-range-weak-etag.js'
import { ifRangeWithoutRange } from './if-range-without-range.js'

export const CONDITION_CHECKS: readonly Check[] = [
  ifRangeStrongEtag,
  ifRangeWeakEtag,
  ifRangeStaleEtag,
  ifRangeExactDate,
  ifRangeOtherDate,
  ifRangeFreshDate,
  ifRangeMalformed,
  ifRangeWithoutRange,
]
