import type { Slice } from '../../http/byte-range.js'
import { statPathSync } from './descriptor.js'
import { type FileIdentity, identityIn, isSame } from './file-version.js'

/** A version of a file beneath a root, as a probe needs it. */
export interface ProbeTarget {
  /** The absolute path. */
  readonly path: string
  /** The key in the root. */
  readonly key: string
  /** Contains the identity and the path, encoded as by `versionedPath`. */
  readonly versions: Buffer
  readonly offset: number
}

/** The version of a file that a probe found. */
export interface ProbeResult {
  readonly identity: FileIdentity
  /** All bytes of a small file, valid until the next call; undefined for a larger one. */
  readonly bytes: Buffer | undefined
}

/** Inspects the files of one root within a single call that never blocks. */
export interface FileProbe {
  /** Whether the path still leads to this version. */
  isCurrent(file: ProbeTarget): boolean
  /** Whether it does, and neither is the file a symbolic link nor a mount point. */
  isUnlinked(file: ProbeTarget): boolean
  /** Whether a folder is reached by links and mounts within the root alone. @param key `.` for the root */
  isFolderWithinRoot(key: string): boolean
  /** Whether it does, and no symbolic link on the way leads out of the root. */
  isWithinRoot(file: ProbeTarget): boolean
  /** The file under a key, unless it is no regular file, not settled, outside the root, or not in memory. */
  probe(key: string): ProbeResult | undefined
  /** Bytes of exactly this version, unless they are not in memory or the version has changed. */
  read(file: ProbeTarget, slice: Slice): Buffer | undefined
}

/** A probe that is created once its root exists; until then, that without native bindings. */
export function deferredProbe(create: () => FileProbe | undefined): FileProbe {
  let created: FileProbe | undefined
  const current = (): FileProbe => {
    created ??= create()
    return created ?? PORTABLE_PROBE
  }
  return {
    isCurrent: (file) => current().isCurrent(file),
    isUnlinked: (file) => current().isUnlinked(file),
    isFolderWithinRoot: (key) => current().isFolderWithinRoot(key),
    isWithinRoot: (file) => current().isWithinRoot(file),
    probe: (key) => current().probe(key),
    read: (file, slice) => current().read(file, slice),
  }
}

/** The probe without native bindings: node:fs cannot open a file without blocking on a disk. */
export const PORTABLE_PROBE: FileProbe = {
  isCurrent({ path, versions, offset }) {
    const now = statPathSync(path)
    return now !== undefined && isSame(identityIn(versions, offset), now)
  },
  isUnlinked: () => false,
  isFolderWithinRoot: () => false,
  isWithinRoot: () => false,
  probe: () => undefined,
  read: () => undefined,
}
