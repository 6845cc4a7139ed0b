import { ADVICE_CHECKS } from './advice/advice-checks.js'
import { AGREEMENT_CHECKS } from './agreement/agreement-checks.js'
import { CHANGE_CHECKS } from './changes/changes-checks.js'
import { CONDITION_CHECKS } from './conditions/conditions-checks.js'
import { DIGEST_CHECKS } from './digests/digests-checks.js'
import { DRILL_CHECKS } from './drills/drills-checks.js'
import { END_CHECKS } from './ends/ends-checks.js'
import { MULTIPART_CHECKS } from './multipart/multipart-checks.js'
import { RANGE_CHECKS } from './ranges/ranges-checks.js'
import type { Check } from './subject/check-definition.js'
import { VALIDATOR_CHECKS } from './validators/validators-checks.js'

/** Every check, in the order in which they run. */
export const ALL_CHECKS: readonly Check[] = [
  ...VALIDATOR_CHECKS,
  ...RANGE_CHECKS,
  ...AGREEMENT_CHECKS,
  ...CONDITION_CHECKS,
  ...MULTIPART_CHECKS,
  ...DRILL_CHECKS,
  ...END_CHECKS,
  ...ADVICE_CHECKS,
  ...DIGEST_CHECKS,
  ...CHANGE_CHECKS,
]
