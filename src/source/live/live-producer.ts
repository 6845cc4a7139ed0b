import { type FileHandle, open, realpath, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LastbyteError } from '../../errors.js'
import type { FileRoot } from '../file/file-root.js'

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
   * @throws LastbyteError DISK_FAILED; no more can be appended then
   */
  append(bytes: Uint8Array | string): Promise<void>
  /** Ends the file: it is complete, and readers get its end. @throws LastbyteError DISK_FAILED */
  finish(): Promise<void>
  /** Removes the file. Readers get a visible error. @throws LastbyteError DISK_FAILED */
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
 * @throws LastbyteError IN_USE if it has a producer; FORBIDDEN for a path outside of the root; DISK_FAILED, also if a
 *   file without a marker exists
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
    return new FileProducer(file, path, path + marker, size, () => producing.delete(path))
  } catch (error) {
    producing.delete(path)
    throw error
  }
}

/** The marker exists before the file, so that the file is live from its first byte on. */
async function openLive(path: string, marker: string): Promise<FileHandle> {
  let isNew = true
  await open(marker, 'wx').then(
    (created) => created.close(),
    (error) => {
      if (error.code !== 'EEXIST') fail('create', marker, error)
      isNew = false
    },
  )
  const created = await open(path, 'ax').catch((error) => {
    if (error.code === 'EEXIST' && !isNew) return undefined
    return fail('create', path, error)
  })
  if (created !== undefined) return created
  return open(path, 'a').catch((error) => fail('open', path, error))
}

class FileProducer implements LiveProducer {
  #writing: Promise<void> = Promise.resolve()
  #queued = 0
  #failure: unknown
  #isOver = false

  constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    private readonly marker: string,
    public size: number,
    private readonly onEnd: () => void,
  ) {}

  async append(given: Uint8Array | string): Promise<void> {
    const bytes = typeof given === 'string' ? Buffer.from(given) : given
    if (this.#isOver) fail('append to', this.path, new Error('it is finished'))
    if (this.#queued > 0 && this.#queued + bytes.length > MOST_QUEUED) {
      fail(
        'append to',
        this.path,
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
    await this.#end()
    if (this.#failure !== undefined) throw this.#failure
    await this.file.sync().catch((error) => fail('sync', this.path, error))
    await this.#close()
    await rm(this.marker, { force: true }).catch((error) => fail('remove', this.marker, error))
  }

  async abort(): Promise<void> {
    await this.#end()
    await this.#close()
    await rm(this.path, { force: true }).catch((error) => fail('remove', this.path, error))
    await rm(this.marker, { force: true }).catch((error) => fail('remove', this.marker, error))
  }

  async #end(): Promise<void> {
    if (this.#isOver) fail('end', this.path, new Error('it is finished'))
    this.#isOver = true
    await this.#writing
  }

  async #close(): Promise<void> {
    await this.file.close().catch((error) => fail('close', this.path, error))
    this.onEnd()
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      for (let rest = bytes; rest.length > 0; ) {
        const { bytesWritten } = await this.file.write(rest)
        this.size += bytesWritten
        rest = rest.subarray(bytesWritten)
      }
    } catch (error) {
      // Readers may have a part of the bytes already, so the file is left as it is.
      this.#failure = diskError('append to', this.path, error)
      throw this.#failure
    }
  }
}

function fail(action: string, path: string, cause: unknown): never {
  throw diskError(action, path, cause)
}

function diskError(action: string, path: string, cause: unknown): LastbyteError {
  const { code, message } = cause as NodeJS.ErrnoException
  return new LastbyteError(
    'DISK_FAILED',
    `Cannot ${action} ${path}: ${message}`,
    { path, code },
    { cause },
  )
}

function forbidden(key: string): LastbyteError {
  const message = `live: expected the path of a file below the root; received ${JSON.stringify(key)}`
  return new LastbyteError('FORBIDDEN', message, { key })
}
