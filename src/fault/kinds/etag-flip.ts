import { wholeNumber } from '../../validation/number-expectations.js'
import { changedValidators } from '../changed-validators.js'
import type { FaultKind } from '../fault.js'

/** Sends a different ETag and Last-Modified for each attempt, with the same bytes. Preconditions are evaluated against them. */
export interface EtagFlip {
  readonly kind: 'etag-flip'
  /** The number of the version, from 1, so that several requests get the same one. Default: the attempt. */
  readonly version?: number
}

export const etagFlip: FaultKind<EtagFlip> = {
  members: { version: wholeNumber(1) },
  select({ version = 0 }, selected, scene) {
    scene.fire()
    return { ...selected, ...changedValidators(selected, 'etag-flip', version || scene.attempt) }
  },
}
