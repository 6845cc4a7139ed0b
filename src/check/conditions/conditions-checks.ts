import type { Check } from '../subject/check-definition.js'
import { ifRangeStaleEtag } from './if-range-stale-etag.js'

export const CONDITION_CHECKS: readonly Check[] = [ifRangeStaleEtag]
