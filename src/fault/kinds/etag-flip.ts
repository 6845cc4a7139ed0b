import { createHash } from 'node:crypto'
import { oneOf } from '../../validation/expectation.js'
import { wholeNumber } from '../../validation/number-expectations.js'
import { changedValidators } from '../changed-validators.js'
import type { FaultKind, Scene } from '../fault.js'

/** Sends a different ETag and Last-Modified for each attempt, with the same bytes. Preconditions are evaluated against them. */
export interface EtagFlip {
  readonly kind: 'etag-flip'
  /** What has validators of its own: an attempt, a connection, or an address of the server. @default 'attempt' */
  readonly per?: 'attempt' | 'connection' | 'address'
  /** The number of the version, from 1, so that several requests get the same one. Default: by `per`. */
  readonly version?: number
}

export const etagFlip: FaultKind<EtagFlip> = {
  members: { per: oneOf('attempt', 'connection', 'address'), version: wholeNumber(1) },
  select({ per = 'attempt', version }, selected, scene) {
    scene.fire()
    return {
      ...selected,
      ...changedValidators(selected, 'etag-flip', version ?? versionFor(per, scene)),
    }
  },
}

function versionFor(per: NonNullable<EtagFlip['per']>, { attempt, connection }: Scene): number {
  if (per === 'attempt') return attempt
  const name = per === 'connection' ? connection.remote : connection.local
  // The date of the version is so many seconds earlier: at most 12 days.
  return 1 + (createHash('sha256').update(name).digest().readUInt32BE() % 2 ** 20)
}
