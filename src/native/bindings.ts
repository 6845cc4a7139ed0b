import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * System calls that Node does not expose, implemented in native/zero_copy.c. Each call runs to completion and
 * never blocks. Descriptors are numbers; positions and lengths are in bytes. Results are counts, or a
 * negative errno.
 */
export interface NativeBindings {
  /** sendfile(2). Returns the number of bytes queued on the socket. */
  sendfile(socket: number, file: number, position: number, length: number): number
  /** Returns 1 if these bytes of a file are in the page cache, so that no read from a disk is needed. */
  isResident(file: number, position: number, length: number): number
  /** preadv2(2). Returns the number of bytes read; with {@link RWF_NOWAIT}, only of those in the page cache. */
  read(file: number, buffer: Uint8Array, position: number, flags: number): number
  /** SIOCOUTQ. Returns the number of bytes in the socket's send queue that the peer has not acknowledged. */
  unsentBytes(socket: number): number
  /** Returns 1 if the path still leads to this version of the file. @param version see `versionedPath` */
  isCurrent(version: Uint8Array): number
  /**
   * Reads a file beneath a root folder from a position on, and the version that the bytes belong to. Uses
   * only cached directory entries and pages. Returns the number of bytes read.
   *
   * @param target two 64-bit integers (the root's device, flags for preadv2), then the path of the root and
   *   the key of the file, each ending with a NUL byte
   * @param result receives an identity (see `identityIn`) and the bytes behind it
   */
  probe(target: Uint8Array, result: Uint8Array, position: number): number
  /** Returns 1 if the file may only be appended to (`chattr +a`): its bytes cannot change. */
  isAppendOnly(file: number): number
}

/** RWF_NOWAIT of preadv2(2): fail with EAGAIN instead of waiting for a disk. */
export const RWF_NOWAIT = 8

/** The bindings, or why this process runs without them. */
export type Capability =
  | { readonly kind: 'native'; readonly calls: NativeBindings; readonly binary: string }
  | { readonly kind: 'none'; readonly reason: string }

/** The environment variable that disables the bindings for a process when it is `off`. */
export const ZERO_COPY_VARIABLE = 'LASTBYTE_ZERO_COPY'

/** Which binary to load; tests pass another folder or platform. */
interface BinaryLocation {
  readonly folder: URL
  readonly platform: string
  readonly arch: string
}

const INSTALLED: BinaryLocation = {
  folder: new URL('../../native/', import.meta.url),
  platform: process.platform,
  arch: process.arch,
}

/**
 * Loads the binary for this platform after its SHA-256 checksum was verified. A failure is not an error: the
 * portable path reads and writes the same bytes with more CPU time.
 */
export function loadBindings({ folder, platform, arch }: BinaryLocation = INSTALLED): Capability {
  if (process.env[ZERO_COPY_VARIABLE] === 'off') return none(`${ZERO_COPY_VARIABLE} is off`)
  const binary = `zero-copy-${platform}-${arch}.node`
  try {
    const checksums = readFileSync(new URL('SHA256SUMS', folder), 'utf8')
    const expected = new RegExp(`^([0-9a-f]{64}) [ *]${binary}$`, 'm').exec(checksums)?.[1]
    if (expected === undefined) return none(`there is no binary for ${platform} on ${arch}`)
    const path = new URL(binary, folder)
    // Loading a truncated library can end the process with a signal.
    const received = createHash('sha256').update(readFileSync(path)).digest('hex')
    if (received !== expected) {
      return none(`${binary}: expected the SHA-256 checksum of SHA256SUMS; received ${received}`)
    }
    const calls: NativeBindings = createRequire(import.meta.url)(fileURLToPath(path))
    return { kind: 'native', calls, binary }
  } catch (error) {
    return none(`cannot load ${binary}: ${(error as Error).message}`)
  }
}

function none(reason: string): Capability {
  return { kind: 'none', reason }
}
