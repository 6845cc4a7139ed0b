import type { Check } from '../subject/check-definition.js'

export const MULTIPART_CHECKS: readonly Check[] = []
