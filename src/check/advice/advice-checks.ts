import type { Check } from '../subject/check-definition.js'

export const ADVICE_CHECKS: readonly Check[] = []
