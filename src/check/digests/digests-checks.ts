import type { Check } from '../subject/check-definition.js'

export const DIGEST_CHECKS: readonly Check[] = []
