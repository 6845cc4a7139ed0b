import type { Check } from '../subject/check-definition.js'
import { rangeFirstByte } from './range-first-byte.js'

export const RANGE_CHECKS: readonly Check[] = [rangeFirstByte]
