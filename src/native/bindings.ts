import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import { installedFile } from './installed-file.js'

/**
 * System calls that Node does not expose, implemented in native/zero_copy.c. Each call runs to completion and
 * never blocks. Descriptors are numbers; positions and lengths are in bytes. Results are counts, or a
 * negative errno.
 */
export interface NativeBindings {
  /** sendfile(2). Returns the number of bytes queued on the socket. */
  sendfile(socket: number, file: number, position: number, length: number): number
  /**
   * Reads bytes of a file, at most {@link COPY_CAPACITY}, compares its version, and sends what was read. Returns
   * the number of bytes that the socket has accepted; 0 if one of the bytes cannot be read without waiting for a
   * disk, or at all; -EAGAIN if the socket has no room; -ESTALE if the file is another version.
   *
   * @param flags {@link RWF_NOWAIT}, or 0 for a file system that keeps all bytes in memory
   * @param version see `encodedIdentity`
   */
  sendCopy(
    socket: number,
    file: number,
    position: number,
    length: number,
    flags: number,
    version: Uint8Array,
  ): number
  /** Returns 1 if these bytes of a file are in the page cache, so that no read from a disk is needed. */
  isResident(file: number, position: number, length: number): number
  /** preadv2(2). Returns the number of bytes read; with {@link RWF_NOWAIT}, only of those in the page cache. */
  read(file: number, buffer: Uint8Array, position: number, flags: number): number
  /** SIOCOUTQ. Returns the number of bytes in the socket's send queue that the peer has not acknowledged. */
  unsentBytes(socket: number): number
  /**
   * Returns 1 if the path still leads to this version of the file.
   *
   * @param versions see `versionedPath`; ends with a NUL byte
   * @param offset of the version, a multiple of 8
   * @param links {@link NO_LINK}, or 0 to follow a symbolic link
   */
  isCurrent(versions: Uint8Array, offset: number, links: number): number
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
  /** Takes a read lease (F_SETLEASE). Returns 0; the errno tells why the file cannot be leased. */
  takeLease(file: number): number
  /** Returns 1 if the file is leased and nobody waits for its end. */
  hasLease(file: number): number
  /** Ends a lease. Returns 0. */
  dropLease(file: number): number
  /** With `on` 1, closing the socket discards its send queue, even where this process is killed. Returns 0. */
  setAbortive(socket: number, on: 0 | 1): number
  /** Discards the send queue of a TCP connection and sends RST, without closing the descriptor. Returns 0. */
  disconnect(socket: number): number
  /** Returns the index of the interface through which an accepted connection was established. */
  incomingInterface(socket: number): number
}

/** RWF_NOWAIT of preadv2(2): fail with EAGAIN instead of waiting for a disk. */
export const RWF_NOWAIT = 8

/** AT_SYMLINK_NOFOLLOW: not where the last segment of a path is a symbolic link, or a mount point. */
export const NO_LINK = 0x100

/** Bytes that one call of `sendCopy` sends at most. */
export const COPY_CAPACITY = 1024 * 1024

/** The bindings, or why this process runs without them. */
export type Capability =
  | {
      readonly kind: 'native'
      readonly calls: NativeBindings
      readonly binary: string
      /** The path of the binary. */
      readonly path: string
    }
  | {
      readonly kind: 'none'
      readonly reason: string
      /** The file that should be there and can't be used; undefined where the package has none, or it is off. */
      readonly file?: string
    }

/** The environment variable that disables the bindings for a process when it is `off`. */
export const ZERO_COPY_VARIABLE = 'LASTBYTE_ZERO_COPY'

/**
 * When files are sent by sendfile. `auto`: only where no process can change the file meanwhile. `on`: as `auto`, and
 * an error without the bindings. `always`: wherever sendfile works, for files that are only replaced by renaming.
 */
export const ZERO_COPY_MODES = ['auto', 'on', 'always', 'off'] as const
export type ZeroCopyMode = (typeof ZERO_COPY_MODES)[number]

/** The binaries that the package contains; native/build.sh compiles them. */
const COMMITTED = ['zero-copy-linux-x64.node', 'zero-copy-linux-arm64.node']

/** Which binary to load; tests pass another folder or platform. */
interface BinaryLocation {
  /** undefined: not known, see `installedFile`. */
  readonly folder: URL | undefined
  readonly platform: string
  readonly arch: string
}

const INSTALLED: BinaryLocation = {
  folder: installedFile('../../native/'),
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
  if (!COMMITTED.includes(binary)) return none(`there is no binary for ${platform} on ${arch}`)
  const failed = (reason: string) => none(reason, `native/${binary}`)
  if (folder === undefined) return failed(`${binary} is not in a CommonJS bundle`)
  try {
    const checksums = readFileSync(new URL('SHA256SUMS', folder), 'utf8')
    const expected = new RegExp(`^([0-9a-f]{64}) [ *]${binary}$`, 'm').exec(checksums)?.[1]
    const path = new URL(binary, folder)
    // Loading a truncated library can end the process with a signal.
    const received = createHash('sha256').update(readFileSync(path)).digest('hex')
    if (received !== expected) {
      return failed(`${binary}: expected the SHA-256 checksum of SHA256SUMS; received ${received}`)
    }
    // Without import.meta, which a CommonJS bundle doesn't have. The name createRequire would clash with that of the
    // banner that esbuild's users add to a bundle.
    const file = fileURLToPath(path)
    const calls: NativeBindings = nodeModule.createRequire(file)(file)
    return { kind: 'native', calls, binary, path: file }
  } catch (error) {
    return failed(`cannot load ${binary}: ${(error as Error).message}`)
  }
}

function none(reason: string, file?: string): Capability {
  return { kind: 'none', reason, ...(file === undefined ? {} : { file }) }
}
