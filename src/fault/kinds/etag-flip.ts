import { wholeNumber } from '../../validation/number-expectations.js'
import { changedValidators } from '../changed-validators.js'
import type { FaultKind } from '../fault.js'

/** Other validators at each attempt, for the same bytes; conditions are judged by them. */
export interface EtagFlip {
  readonly kind: 'etag-flip'
  /** Which others; by default the number of the attempt. */
  readonly version?: number
}

export const etagFlip: FaultKind<EtagFlip> = {
  members: { version: wholeNumber(1) },
  select({ version = 0 }, selected, scene) {
    scene.fire()
    return { ...selected, ...changedValidators(selected, 'etag-flip', version || scene.attempt) }
  },
}
