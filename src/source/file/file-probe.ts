import type { Slice } from '../../http/byte-range.js'
import { statPathSync } from './descriptor.js'
import { type FileIdentity, identityIn, isSame } from './file-version.js'

/** A version of a file, and where it stands. */
export interface StandingFile {
  /** Of the key in its root. */
  readonly path: string
  readonly key: string
  /** As `versionAt` has it. */
  readonly version: Buffer
}

/** What was seen of a file: which version it is, and if it is small, all its bytes. */
export interface ProbeResult {
  readonly identity: FileIdentity
  readonly bytes: Buffer | undefined
}

/** Ways to look at the files of a root, each within one call in which nobody is waited for. */
export interface FileProbe {
  /** Whether this version is what stands under its path. */
  isCurrent(file: StandingFile): boolean
  /** Whether it is, and beneath the root, to which links may lead from elsewhere. */
  isBeneath(file: StandingFile): boolean
  /** What stands under a key beneath the root, if that is a file that will not change unseen. */
  meet(key: string): ProbeResult | undefined
  /** Bytes of that very version. */
  read(file: StandingFile, slice: Slice): Buffer | undefined
}

/** All that Node has: what it takes to open files is not to be had without waiting. */
export const PORTABLE_PROBE: FileProbe = {
  isCurrent({ path, version }) {
    const now = statPathSync(path)
    return now !== undefined && isSame(identityIn(version), now)
  },
  isBeneath: () => false,
  meet: () => undefined,
  read: () => undefined,
}
