import type { Check } from '../subject/check-definition.js'

export const DRILL_CHECKS: readonly Check[] = []
