import type { Check } from '../subject/check-definition.js'

export const AGREEMENT_CHECKS: readonly Check[] = []
