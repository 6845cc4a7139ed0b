import { hash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import type { FileStat } from '../local-file.js'

/** The members of a stat that identify one version of a file. */
export type FileIdentity = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>

/**
 * A strong entity tag (RFC 9110 §8.8.3) from size, mtime, ctime and inode, in ns. The ctime differs even
 * where a program restored the mtime. The device is left out, so that servers that share one storage send
 * the same tag. The value is hashed, so that it does not reveal the inode.
 */
export function entityTagOf({ ino, size, mtimeNs, ctimeNs }: Omit<FileIdentity, 'dev'>): string {
  const identity = `${ino} ${size} ${mtimeNs} ${ctimeNs}`
  return `"${hash('sha256', identity, 'base64url').slice(0, 22)}"`
}

/**
 * How a file differs from an earlier stat of it. `ctime`: in that alone, which a chmod, a new link or an unlink sets,
 * and a rewrite whose mtime was restored.
 */
export type StatChange = 'none' | 'ctime' | 'content'

/** Compares two stats of one descriptor. Its ctime shows each change of the bytes; nothing tells what has set it. */
export function changeBetween(before: VersionTimes, now: VersionTimes): StatChange {
  if (before.size !== now.size || before.mtimeNs !== now.mtimeNs) return 'content'
  return before.ctimeNs === now.ctimeNs ? 'none' : 'ctime'
}

type VersionTimes = Pick<FileIdentity, 'size' | 'mtimeNs' | 'ctimeNs'>

/** Whether positions in a file exceed 2^53 - 1, beyond which a number skips some. */
export function isTooLarge({ size }: Pick<FileIdentity, 'size'>): boolean {
  return size > BigInt(Number.MAX_SAFE_INTEGER)
}

/** Whether two stats show the same version of the same file. */
export function isSame(one: FileIdentity, other: FileIdentity): boolean {
  return (
    one.ctimeNs === other.ctimeNs &&
    one.mtimeNs === other.mtimeNs &&
    one.size === other.size &&
    one.ino === other.ino &&
    one.dev === other.dev
  )
}

/** Bytes of an identity as the native functions encode it: five 64-bit integers, little-endian. */
export const IDENTITY_SIZE = 40

/** Encodes an identity into a buffer. Numbers beyond 64 bits wrap around, as in `encodedIdentity`. */
export function writeIdentity(target: Buffer, offset: number, identity: FileIdentity): void {
  target.set(encodedIdentity(identity), offset)
}

/** An encoded identity, the path behind it and a NUL byte: an argument of `NativeBindings.isCurrent`. */
export function versionedPath(path: string, identity: FileIdentity): Buffer {
  return Buffer.concat([encodedIdentity(identity), Buffer.from(`${path}\0`)])
}

/** The argument of `NativeBindings.sendCopy`. */
export function encodedIdentity({ dev, ino, size, mtimeNs, ctimeNs }: FileIdentity): Uint8Array {
  return new Uint8Array(BigInt64Array.of(dev, ino, size, mtimeNs, ctimeNs).buffer)
}

/** Decodes the identity at an offset. */
export function identityIn(bytes: Buffer, offset = 0): FileIdentity {
  return {
    dev: bytes.readBigInt64LE(offset),
    ino: bytes.readBigInt64LE(offset + 8),
    size: bytes.readBigInt64LE(offset + 16),
    mtimeNs: bytes.readBigInt64LE(offset + 24),
    ctimeNs: bytes.readBigInt64LE(offset + 32),
  }
}

/** A stat for hooks, with numbers instead of bigints. */
export function fileStatOf(stat: BigIntStats): FileStat {
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
