import { type FileHandle, open, realpath, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LastbyteError } from '../../errors.js'
import type { FileRoot } from '../file/file-root.js'
import { claimMarker, markerId } from './claim-marker.js'
import { diskError } from './disk-error.js'

/**
 * Writes a live file, from `app.live`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtempSync, rmSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import Fastify from 'fastify'
 * import lastbyte, { type LiveProducer } from 'lastbyte'
 *
 * const root = mkdtempSync(join(tmpdir(), 'example-'))
 * const app = Fastify()
 * await app.register(lastbyte, { root, live: true })
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 *
 * const show: LiveProducer = await app.live('show.txt')
 * await show.append('Hello ')
 * const { body } = await fetch(`${url}/show.txt`, { headers: { range: 'bytes=0-9007199254740991' } })
 * await show.append('world')
 * await show.finish()
 * assert.equal(await new Response(body).text(), 'Hello world')
 * await app.close()
 * rmSync(root, { recursive: true })
 * ```
 */
export interface LiveProducer {
  /** Bytes of the file: where the next ones are appended, also after a restart. */
  readonly size: number
  /**
   * Appends bytes, or a text in UTF-8, after those of earlier calls. Resolves when the file has them, so wait for it:
   * calls for more than 64 MiB that wait are refused.
   *
   * @throws LastbyteError DISK_FAILED; FENCED if another producer has taken the file over, or its marker was removed. No
   *   more can be appended then
   */
  append(bytes: Uint8Array | string): Promise<void>
  /** Ends the file: it is complete, and readers get its end. @throws LastbyteError as `append` */
  finish(): Promise<void>
  /** Removes the file. Readers get a visible error. @throws LastbyteError DISK_FAILED; FENCED, and the file stays */
  abort(): Promise<void>
}

/** Bytes that may wait to be written. */
const MOST_QUEUED = 64 * 1024 * 1024

/** Files of this process that have a producer. */
export type ProducedPaths = Set<string>

/**
 * Begins a live file, or continues one whose marker exists, after a restart.
 *
 * @param key of a name in a folder that exists
 * @throws LastbyteError IN_USE if it has a producer, in another process of this machine too; FORBIDDEN for a path
 *   outside of the root; DISK_FAILED, also if a file without a marker exists
 */
export async function produceLive(
  root: FileRoot,
  key: string,
  marker: string,
  producing: ProducedPaths,
): Promise<LiveProducer> {
  const path = root.pathOf(key)
  if (path === undefined || path.endsWith('/') || key === '') throw forbidden(key)
  const folder = await realpath(dirname(path)).catch((error) =>
    fail('open the folder of', path, error),
  )
  if (!(await root.contains(folder))) throw forbidden(key)
  if (producing.has(path)) {
    throw new LastbyteError('IN_USE', `Cannot write ${path}: it has a producer`, { path })
  }
  producing.add(path)
  try {
    const file = await openLive(path, path + marker)
    const { size } = await file.stat()
    const claim = await markerId(path + marker)
    const onEnd = () => producing.delete(path)
    return new FileProducer({ file, path, marker: path + marker, claim, onEnd }, size)
  } catch (error) {
    producing.delete(path)
    throw error
  }
}

/** The marker exists before the file, so that the file is live from its first byte on. */
async function openLive(path: string, marker: string): Promise<FileHandle> {
  const isNew = await claimMarker(marker)
  const created = await open(path, 'ax').catch((error) => {
    if (error.code === 'EEXIST' && !isNew) return undefined
    return fail('create', path, error)
  })
  if (created !== undefined) return created
  return open(path, 'a').catch((error) => fail('open', path, error))
}

/** What a producer writes, and the marker that makes it the only one. */
interface Produced {
  readonly file: FileHandle
  readonly path: string
  readonly marker: string
  readonly claim: string | undefined
  readonly onEnd: () => void
}

class FileProducer implements LiveProducer {
  #writing: Promise<void> = Promise.resolve()
  #queued = 0
  #failure: unknown
  #isOver = false

  constructor(
    private readonly produced: Produced,
    public size: number,
  ) {}

  async append(given: Uint8Array | string): Promise<void> {
    const bytes = typeof given === 'string' ? Buffer.from(given) : given
    if (this.#isOver) fail('append to', this.produced.path, new Error('it is finished'))
    if (this.#queued > 0 && this.#queued + bytes.length > MOST_QUEUED) {
      fail(
        'append to',
        this.produced.path,
        new Error(`${this.#queued} bytes wait to be written; wait for append`),
      )
    }
    this.#queued += bytes.length
    const writing = this.#writing.then(() => this.#write(bytes))
    this.#writing = writing.catch(() => {})
    try {
      await writing
    } finally {
      this.#queued -= bytes.length
    }
  }

  async finish(): Promise<void> {
    const { file, path, marker } = this.produced
    await this.#end()
    const failure = this.#failure ?? (await this.#fence())
    if (failure === undefined) await file.sync().catch((error) => fail('sync', path, error))
    await this.#close()
    if (failure !== undefined) throw failure
    await rm(marker, { force: true }).catch((error) => fail('remove', marker, error))
  }

  async abort(): Promise<void> {
    const { path, marker } = this.produced
    await this.#end()
    const fence = await this.#fence()
    await this.#close()
    if (fence !== undefined) throw fence
    await rm(path, { force: true }).catch((error) => fail('remove', path, error))
    await rm(marker, { force: true }).catch((error) => fail('remove', marker, error))
  }

  async #end(): Promise<void> {
    if (this.#isOver) fail('end', this.produced.path, new Error('it is finished'))
    this.#isOver = true
    await this.#writing
  }

  async #close(): Promise<void> {
    const { file, path, onEnd } = this.produced
    onEnd()
    await file.close().catch((error) => fail('close', path, error))
  }

  /** The error of a producer whose file was taken over, or ended by removing its marker. */
  async #fence(): Promise<LastbyteError | undefined> {
    const { path, marker, claim } = this.produced
    const found = await markerId(marker)
    if (found === claim) return undefined
    const what =
      found === undefined ? 'its marker was removed' : 'another producer has taken it over'
    return new LastbyteError('FENCED', `Cannot write ${path}: ${what}`, { path })
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#failure ??= await this.#fence()
    if (this.#failure !== undefined) throw this.#failure
    try {
      for (let rest = bytes; rest.length > 0; ) {
        const { bytesWritten } = await this.produced.file.write(rest)
        this.size += bytesWritten
        rest = rest.subarray(bytesWritten)
      }
    } catch (error) {
      // Readers may have a part of the bytes already, so the file is left as it is.
      this.#failure = diskError('append to', this.produced.path, error)
      throw this.#failure
    }
  }
}

function fail(action: string, path: string, cause: unknown): never {
  throw diskError(action, path, cause)
}

function forbidden(key: string): LastbyteError {
  const message = `live: expected the path of a file below the root; received ${JSON.stringify(key)}`
  return new LastbyteError('FORBIDDEN', message, { key })
}
