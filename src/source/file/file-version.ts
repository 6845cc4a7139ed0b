import { hash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import type { FileStat } from '../byte-source.js'

/** What a version of a file is known by. */
export type FileIdentity = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>

/**
 * A strong entity tag of a version of a file: from its size, times and inode, in ns. The device is
 * left out, so that machines that share one storage agree; the inode is hashed, so that it is not
 * told. The ctime catches what puts an mtime back.
 */
export function entityTagOf({ ino, size, mtimeNs, ctimeNs }: FileIdentity): string {
  const identity = `${ino} ${size} ${mtimeNs} ${ctimeNs}`
  return `"${hash('sha256', identity, 'base64url').slice(0, 22)}"`
}

/**
 * Whether the bytes behind a descriptor may differ from those at `opened`. Renaming over a file or
 * unlinking it touches the ctime of what is open too, and so do chmod and chown, but those show in
 * the link count, mode and owner: the bytes are still right.
 */
export function hasChanged(opened: BigIntStats, now: BigIntStats): boolean {
  if (opened.size !== now.size || opened.mtimeNs !== now.mtimeNs) return true
  if (opened.ctimeNs === now.ctimeNs) return false
  return (
    opened.nlink === now.nlink &&
    opened.mode === now.mode &&
    opened.uid === now.uid &&
    opened.gid === now.gid
  )
}

/** Whether a look at a path found the very version that was opened under it. */
export function isSame(opened: FileIdentity, now: FileIdentity): boolean {
  return (
    opened.ctimeNs === now.ctimeNs &&
    opened.mtimeNs === now.mtimeNs &&
    opened.size === now.size &&
    opened.ino === now.ino &&
    opened.dev === now.dev
  )
}

/** Bytes of an identity in the form in which the system is asked for it: five 64-bit numbers. */
export const IDENTITY_SIZE = 40

/** An identity in that form, and the path behind it. */
export function versionAt(path: string, identity: FileIdentity): Buffer {
  const { dev, ino, size, mtimeNs, ctimeNs } = identity
  const numbers = BigInt64Array.of(dev, ino, size, mtimeNs, ctimeNs)
  return Buffer.concat([new Uint8Array(numbers.buffer), Buffer.from(`${path}\0`)])
}

export function identityIn(bytes: Buffer): FileIdentity {
  const [dev, ino, size, mtimeNs, ctimeNs] = [0, 8, 16, 24, 32].map((at) =>
    bytes.readBigInt64LE(at),
  )
  return { dev, ino, size, mtimeNs, ctimeNs } as FileIdentity
}

/** ms: kernels stamp files with a clock that ticks up to every 10 ms; twice that is safe. */
export const CLOCK_GRAIN = 20

/**
 * Whether a write in this very tick could leave the ctime as it is. A ctime that lies in the future
 * comes from another machine's clock and tells nothing.
 */
export function isFresh({ ctimeNs }: FileIdentity, now: number): boolean {
  return Math.abs(now - Number(ctimeNs) / 1e6) < CLOCK_GRAIN
}

export function plainStat(stat: BigIntStats): FileStat {
  return {
    dev: Number(stat.dev),
    ino: Number(stat.ino),
    mode: Number(stat.mode),
    nlink: Number(stat.nlink),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    size: Number(stat.size),
    mtimeMs: Number(stat.mtimeMs),
    ctimeMs: Number(stat.ctimeMs),
    birthtimeMs: Number(stat.birthtimeMs),
    mtime: stat.mtime,
    ctime: stat.ctime,
    birthtime: stat.birthtime,
  }
}
