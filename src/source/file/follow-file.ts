import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type ErrorCode, LastbyteError } from '../../errors.js'
import type { Growth } from '../growth.js'
import { readDescriptor, statDescriptor } from './descriptor.js'
import { FileChanges } from './file-changes.js'

/** Longest wait in ms between two reads, for file systems without change notifications (network, FUSE). */
const POLL_INTERVAL = 1_000
/** Bytes of a chunk. */
const CHUNK = 64 * 1024
/** Bytes before the position that each read verifies against those that were yielded. */
const TAIL = 64

/** An open file, as far as following it needs it. */
export interface FollowedFile {
  readonly path: string
  readonly descriptor: number
  readonly version: BigIntStats
  /** @throws LastbyteError SOURCE_FAILED if the file is closed */
  acquire(): unknown
  release(): Promise<void>
}

/** A file that others append to. */
export interface AppendedFile {
  /** Paths whose changes may mean that there is more to read, or that nothing follows. */
  readonly paths: readonly string[]
  /** The bytes at a position, or the first of them; none at the end. Valid until the next call. */
  read(position: number): Promise<Uint8Array>
  /**
   * What follows the bytes that the file has. `replaced`: its path leads to another file, or to none. `finished`:
   * nothing.
   */
  end(): Promise<'open' | 'replaced' | 'finished'>
}

/** From where, and how long, a file is followed. */
export interface FollowLimits {
  readonly start: number
  /** ms without a new byte after which it ends. */
  readonly idle: number
  readonly signal: AbortSignal
}

/**
 * The bytes of a file from `start` on, then those that are appended, until it is finished or idle. A chunk is valid
 * until the next one is requested.
 *
 * @throws LastbyteError FILE_REPLACED; the signal's reason; what `read` throws
 */
export async function* followBytes(
  { paths, read, end }: AppendedFile,
  { start, idle, signal }: FollowLimits,
): AsyncGenerator<Uint8Array> {
  const changes = new FileChanges(...paths)
  try {
    let position = start
    let atEnd = true
    let grownAt = performance.now()
    for (;;) {
      signal.throwIfAborted()
      changes.reset()
      // Checked before the read: bytes that were written before that are still sent.
      const follows = atEnd ? await end() : 'open'
      const chunk = await read(position)
      const wasAtEnd = atEnd
      atEnd = chunk.length === 0
      if (!atEnd) {
        position += chunk.length
        grownAt = performance.now()
        yield chunk
      } else if (wasAtEnd) {
        if (follows === 'replaced') throw replacedError(position)
        const remaining = grownAt + idle - performance.now()
        if (follows === 'finished' || remaining <= 0) return
        await changes.next(Math.min(remaining, POLL_INTERVAL), signal)
      }
    }
  } finally {
    changes.close()
  }
}

/** Whether the path of an open file leads to another file now, or to none. */
export async function isReplaced({ path, version }: FollowedFile): Promise<boolean> {
  const now = await stat(path, { bigint: true }).catch(() => undefined)
  return now?.ino !== version.ino || now.dev !== version.dev
}

/** The bytes that are appended to a file, as they are written. */
export class FileGrowth implements Growth {
  readonly tag: string

  constructor(private readonly file: FollowedFile) {
    const { ino, birthtimeNs } = file.version
    const identity = createHash('sha256').update(`${ino} ${birthtimeNs}`).digest('base64url')
    this.tag = `"${identity.slice(0, 22)}"`
  }

  async *follow(start: number, idle: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { file } = this
    file.acquire()
    try {
      const buffers = new ReadBuffers()
      let tail: Uint8Array = new Uint8Array()
      const read = async (position: number) => {
        const chunk = await this.#read(buffers, position, tail)
        tail = lastBytes(tail, chunk)
        return chunk
      }
      const end = async () => ((await isReplaced(file)) ? 'replaced' : 'open')
      yield* followBytes({ paths: [file.path], read, end }, { start, idle, signal })
    } finally {
      await file.release()
    }
  }

  /**
   * The bytes at a position. The last bytes before it are read again: in a file that was truncated and has
   * grown past the position since, they differ from those that were sent.
   */
  async #read(buffers: ReadBuffers, position: number, tail: Uint8Array): Promise<Uint8Array> {
    const failed = (cause: Error) => {
      throw followError('SOURCE_FAILED', position, cause.message, cause)
    }
    const { size } = await statDescriptor(this.file.descriptor).catch(failed)
    if (size < position) {
      throw followError('FILE_TRUNCATED', position, `the file was truncated to ${size} bytes`)
    }
    const from = position - tail.length
    const buffer = buffers.of(Number(size) - from)
    const length = await readDescriptor(this.file.descriptor, buffer, from).catch(failed)
    if (length < tail.length || !buffer.subarray(0, tail.length).equals(tail)) {
      throw followError('FILE_TRUNCATED', position, 'the bytes before it differ from those sent')
    }
    return buffer.subarray(tail.length, length)
  }
}

/**
 * The buffers of the reads of one file. A follower that has all bytes may wait for hours, and keeps no buffer that is
 * larger than what it has read last.
 */
class ReadBuffers {
  #whole: Buffer | undefined

  /** A buffer for the next bytes, of which the file has so many. */
  of(available: number): Buffer {
    if (available < CHUNK) {
      this.#whole = undefined
      return Buffer.allocUnsafeSlow(available)
    }
    this.#whole ??= Buffer.allocUnsafeSlow(CHUNK)
    return this.#whole
  }
}

/** The last `TAIL` bytes of both, copied: the chunk's buffer is reused. */
function lastBytes(before: Uint8Array, chunk: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.concat([before, chunk.subarray(-TAIL)]).subarray(-TAIL))
}

function replacedError(position: number): LastbyteError {
  return followError('FILE_REPLACED', position, 'its path leads to another file, or to none')
}

export function followError(
  code: ErrorCode,
  position: number,
  reason: string,
  cause?: unknown,
): LastbyteError {
  const message = `Cannot follow file at byte ${position}: ${reason}`
  return new LastbyteError(code, message, { position }, { cause })
}
