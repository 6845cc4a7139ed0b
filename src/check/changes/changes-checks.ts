import type { Check } from '../subject/check-definition.js'

export const CHANGE_CHECKS: readonly Check[] = []
