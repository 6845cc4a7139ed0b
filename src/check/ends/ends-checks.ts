import type { Check } from '../subject/check-definition.js'

export const END_CHECKS: readonly Check[] = []
