import type { Check } from '../subject/check-definition.js'
import { ifMatchCurrent } from './if-match-current.js'
import { ifMatchList } from './if-match-list.js'
import { ifMatchPrecedence } from './if-match-precedence.js'
import { ifMatchStale } from './if-match-stale.js'
import { ifMatchStar } from './if-match-star.js'
import { ifMatchWeak } from './if-match-weak.js'
import { ifNoneMatchList } from './if-none-match-list.js'
import { ifNoneMatchPrecedence } from './if-none-match-precedence.js'
import { ifNoneMatchRange } from './if-none-match-range.js'
import { ifNoneMatchStale } from './if-none-match-stale.js'
import { ifNoneMatchStar } from './if-none-match-star.js'
import { ifNoneMatchWeak } from './if-none-match-weak.js'
import { ifRangeExactDate } from './if-range-exact-date.js'
import { ifRangeFreshDate } from './if-range-fresh-date.js'
import { ifRangeMalformed } from './if-range-malformed.js'
import { ifRangeOtherDate } from './if-range-other-date.js'
import { ifRangeStaleEtag } from './if-range-stale-etag.js'
import { ifRangeStrongEtag } from './if-range-strong-etag.js'
import { ifRangeWeakEtag } from './if-range-weak-etag.js'
import { ifRangeWithoutRange } from './if-range-without-range.js'
import { ifUnmodifiedSinceCurrent } from './if-unmodified-since-current.js'
import { ifUnmodifiedSinceStale } from './if-unmodified-since-stale.js'

export const CONDITION_CHECKS: readonly Check[] = [
  ifRangeStrongEtag,
  ifRangeWeakEtag,
  ifRangeStaleEtag,
  ifRangeExactDate,
  ifRangeOtherDate,
  ifRangeFreshDate,
  ifRangeMalformed,
  ifRangeWithoutRange,
  ifMatchCurrent,
  ifMatchStale,
  ifMatchStar,
  ifMatchList,
  ifMatchWeak,
  ifMatchPrecedence,
  ifUnmodifiedSinceCurrent,
  ifUnmodifiedSinceStale,
  ifNoneMatchRange,
  ifNoneMatchStale,
  ifNoneMatchStar,
  ifNoneMatchList,
  ifNoneMatchWeak,
  ifNoneMatchPrecedence,
]
