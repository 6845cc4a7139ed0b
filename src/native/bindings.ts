import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * The calls of the system that Node does not have, each over within one call. Descriptors are numbers,
 * positions and lengths bytes; results are counts, or the negative number of an error (errno).
 */
export interface NativeBindings {
  /** Bytes that the socket has taken from the file. */
  sendfile(socket: number, file: number, position: number, length: number): number
  /** 1 if these bytes of a file are in memory, so that none has to be waited for. */
  cached(file: number, position: number, length: number): number
  /** Bytes read into the buffer: with {@link RWF_NOWAIT}, of those alone that are in memory. */
  read(file: number, buffer: Uint8Array, position: number, flags: number): number
  /** Bytes that the socket's peer has yet to confirm. */
  unsent(socket: number): number
  /** 1 if a version of a file, in the form of `versionAt`, is what stands under its path now. */
  isCurrent(version: Uint8Array): number
  /**
   * Bytes read, from a position on, of a file beneath a folder, with its version in front of them. Only
   * by what is in memory.
   *
   * @param place two 64-bit numbers, the folder's device and flags for the read; the path of the folder,
   *   and that of the file in it, each with a zero behind it
   * @param into room for an identity (`identityIn`), and for the bytes
   */
  glance(place: Uint8Array, into: Uint8Array, position: number): number
}

/** RWF_NOWAIT of preadv2(2). */
export const RWF_NOWAIT = 8

/** What there is of them, with the reason where there is nothing. */
export type Capability =
  | { readonly kind: 'native'; readonly calls: NativeBindings; readonly binary: string }
  | { readonly kind: 'none'; readonly reason: string }

/** What turns them off for a whole process. */
export const ZERO_COPY_VARIABLE = 'LASTBYTE_ZERO_COPY'

/** Where they come from: another place in tests. */
interface Place {
  readonly folder: URL
  readonly platform: string
  readonly arch: string
}

const HERE: Place = {
  folder: new URL('../../native/', import.meta.url),
  platform: process.platform,
  arch: process.arch,
}

/**
 * Loads the binary of this machine, if it is there and whole. What fails here costs speed alone: the
 * portable path does the same work.
 */
export function loadBindings({ folder, platform, arch }: Place = HERE): Capability {
  if (process.env[ZERO_COPY_VARIABLE] === 'off') return none(`${ZERO_COPY_VARIABLE} is off`)
  const binary = `zero-copy-${platform}-${arch}.node`
  try {
    const sums = readFileSync(new URL('SHA256SUMS', folder), 'utf8')
    const wanted = new RegExp(`^([0-9a-f]{64}) [ *]${binary}$`, 'm').exec(sums)?.[1]
    if (wanted === undefined) return none(`there is no binary for ${platform} on ${arch}`)
    const path = new URL(binary, folder)
    // A library that is cut short can end the process that loads it.
    const received = createHash('sha256').update(readFileSync(path)).digest('hex')
    if (received !== wanted) return none(`${binary} is not the one that SHA256SUMS names`)
    const calls: NativeBindings = createRequire(import.meta.url)(fileURLToPath(path))
    return { kind: 'native', calls, binary }
  } catch (error) {
    return none(`${binary} can't be loaded: ${(error as Error).message}`)
  }
}

function none(reason: string): Capability {
  return { kind: 'none', reason }
}
