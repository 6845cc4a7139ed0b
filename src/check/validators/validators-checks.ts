import type { Check } from '../subject/check-definition.js'

export const VALIDATOR_CHECKS: readonly Check[] = []
