import type { Check } from '../subject/check-definition.js'
import { codingsNotMixed } from './codings-not-mixed.js'
import { contentRangeMatchesLength } from './content-range-matches-length.js'
import { headMatchesGet } from './head-matches-get.js'
import { keptConnectionInStep } from './kept-connection-in-step.js'
import { sliceMatchesWhole } from './slice-matches-whole.js'
import { totalConstant } from './total-constant.js'

export const AGREEMENT_CHECKS: readonly Check[] = [
  contentRangeMatchesLength,
  sliceMatchesWhole,
  totalConstant,
  headMatchesGet,
  codingsNotMixed,
  keptConnectionInStep,
]
