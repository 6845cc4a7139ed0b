import { createHash } from 'node:crypto'
import { type BigIntStats, type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { LastbyteError } from '../../errors.js'
import type { Growth } from '../byte-source.js'
import { readDescriptor, statDescriptor } from './descriptor.js'

/** ms between two looks where no watcher tells, as on a network's file system. */
const POLL = 1_000
/** Bytes that are read at once. */
const CHUNK = 64 * 1024
/** Bytes before a place that are looked at again, to see that they are still those that were given. */
const TAIL = 64

/** A file behind a descriptor that whoever follows it holds open. */
export interface FollowedFile {
  readonly path: string
  readonly descriptor: number
  readonly version: BigIntStats
}

/** What is appended to a file, as it comes. */
export class FileGrowth implements Growth {
  readonly tag: string

  constructor(private readonly file: FollowedFile) {
    const { ino, birthtimeNs } = file.version
    const identity = createHash('sha256').update(`${ino} ${birthtimeNs}`).digest('base64url')
    this.tag = `"${identity.slice(0, 22)}"`
  }

  async *follow(start: number, idle: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const buffer = Buffer.allocUnsafe(CHUNK)
    const changes = new Changes(this.file.path)
    let position = start
    let given: Uint8Array = new Uint8Array()
    let atEnd = true
    let grownAt = performance.now()
    try {
      for (;;) {
        signal.throwIfAborted()
        changes.forget()
        // Looked up before the read: what was written before the file was replaced still counts.
        const place = atEnd ? await this.#look() : 'not looked at'
        const chunk = await this.#read(buffer, position, given)
        atEnd = chunk.length === 0
        if (chunk.length > 0) {
          position += chunk.length
          given = lastOf(given, chunk)
          grownAt = performance.now()
          yield chunk
        }
        if (!atEnd || place === 'not looked at') continue
        if (place === 'left') throw replaced(position)
        const left = grownAt + idle - performance.now()
        if (left <= 0) return
        await changes.next(Math.min(left, POLL), signal)
      }
    } finally {
      changes.close()
    }
  }

  /**
   * The bytes at a position, with those before it read again: a file that was cut and has grown past
   * the position meanwhile has others there than were given.
   */
  async #read(buffer: Buffer, position: number, given: Uint8Array): Promise<Uint8Array> {
    const { size } = await statDescriptor(this.file.descriptor)
    if (size < position) throw truncated(position, `it has only ${size} bytes now`)
    const from = position - given.length
    const length = await readDescriptor(this.file.descriptor, buffer, from)
    const again = buffer.subarray(0, given.length)
    if (length < given.length || !again.equals(given)) {
      throw truncated(position, 'what was given stands there no more')
    }
    return buffer.subarray(given.length, length)
  }

  /** Whether the file still stands where its name leads. */
  async #look(): Promise<'stands' | 'left'> {
    const now = await stat(this.file.path, { bigint: true }).catch(() => undefined)
    const { ino, dev } = this.file.version
    return now?.ino === ino && now.dev === dev ? 'stands' : 'left'
  }
}

/** The last bytes of two parts: a copy, since buffers are reused. */
function lastOf(before: Uint8Array, chunk: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.concat([before, chunk.subarray(-TAIL)]).subarray(-TAIL))
}

function truncated(position: number, why: string): LastbyteError {
  const message = `Cannot follow file at byte ${position}: ${why}`
  return new LastbyteError('FILE_TRUNCATED', message, { position })
}

function replaced(position: number): LastbyteError {
  const message = `Cannot follow file at byte ${position}: its name leads to another file, or to none`
  return new LastbyteError('FILE_REPLACED', message, { position })
}

/** Waits for a change of a file: told by the system where that can, else for a while. */
class Changes {
  readonly #watcher: FSWatcher | undefined
  #changed = false
  #wake: () => void = () => {}

  constructor(path: string) {
    this.#watcher = watcherOf(path, () => {
      this.#changed = true
      this.#wake()
    })
  }

  /** What has changed up to now is about to be looked at. */
  forget(): void {
    this.#changed = false
  }

  next(limit: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (this.#changed || signal.aborted) return resolve()
      const wake = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, limit)
      signal.addEventListener('abort', wake, { once: true })
      this.#wake = wake
    })
  }

  close(): void {
    this.#watcher?.close()
  }
}

/** The system may have no watcher left, or none for this file: looking now and then does too. */
function watcherOf(path: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(path, changed).on('error', () => {})
  } catch {
    return undefined
  }
}
