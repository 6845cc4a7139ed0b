import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type ErrorCode, LastbyteError } from '../../errors.js'
import type { Growth } from '../representation.js'
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

/** The bytes that are appended to a file, as they are written. */
export class FileGrowth implements Growth {
  readonly tag: string

  constructor(private readonly file: FollowedFile) {
    const { ino, birthtimeNs } = file.version
    const identity = createHash('sha256').update(`${ino} ${birthtimeNs}`).digest('base64url')
    this.tag = `"${identity.slice(0, 22)}"`
  }

  async *follow(start: number, idle: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.file.acquire()
    const changes = new FileChanges(this.file.path)
    try {
      yield* this.#follow(start, idle, changes, signal)
    } finally {
      changes.close()
      await this.file.release()
    }
  }

  async *#follow(
    start: number,
    idle: number,
    changes: FileChanges,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const buffer = Buffer.allocUnsafe(CHUNK)
    let position = start
    let tail: Uint8Array = new Uint8Array()
    let atEnd = true
    let grownAt = performance.now()
    for (;;) {
      signal.throwIfAborted()
      changes.reset()
      // Checked before the read: bytes that were written before the file was replaced are still sent.
      const replaced = atEnd && (await this.#isReplaced())
      const chunk = await this.#read(buffer, position, tail)
      const wasAtEnd = atEnd
      atEnd = chunk.length === 0
      if (!atEnd) {
        position += chunk.length
        tail = lastBytes(tail, chunk)
        grownAt = performance.now()
        yield chunk
      } else if (wasAtEnd) {
        if (replaced) throw replacedError(position)
        const remaining = grownAt + idle - performance.now()
        if (remaining <= 0) return
        await changes.next(Math.min(remaining, POLL_INTERVAL), signal)
      }
    }
  }

  /**
   * The bytes at a position. The last bytes before it are read again: in a file that was truncated and has
   * grown past the position since, they differ from those that were sent.
   */
  async #read(buffer: Buffer, position: number, tail: Uint8Array): Promise<Uint8Array> {
    const failed = (cause: Error) => {
      throw followError('SOURCE_FAILED', position, cause.message, cause)
    }
    const { size } = await statDescriptor(this.file.descriptor).catch(failed)
    if (size < position) {
      throw followError('FILE_TRUNCATED', position, `the file was truncated to ${size} bytes`)
    }
    const from = position - tail.length
    const length = await readDescriptor(this.file.descriptor, buffer, from).catch(failed)
    if (length < tail.length || !buffer.subarray(0, tail.length).equals(tail)) {
      throw followError('FILE_TRUNCATED', position, 'the bytes before it differ from those sent')
    }
    return buffer.subarray(tail.length, length)
  }

  /** Whether the path leads to another file now, or to none. */
  async #isReplaced(): Promise<boolean> {
    const now = await stat(this.file.path, { bigint: true }).catch(() => undefined)
    const { ino, dev } = this.file.version
    return now?.ino !== ino || now.dev !== dev
  }
}

/** The last `TAIL` bytes of both, copied: the chunk's buffer is reused. */
function lastBytes(before: Uint8Array, chunk: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.concat([before, chunk.subarray(-TAIL)]).subarray(-TAIL))
}

function replacedError(position: number): LastbyteError {
  return followError('FILE_REPLACED', position, 'its path leads to another file, or to none')
}

function followError(
  code: ErrorCode,
  position: number,
  reason: string,
  cause?: unknown,
): LastbyteError {
  const message = `Cannot follow file at byte ${position}: ${reason}`
  return new LastbyteError(code, message, { position }, { cause })
}
