import type { DigestValue } from '../../http/digest-value.js'

/**
 * The state of a download, for `onProgress`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtemp, rm } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 *
 * import { download, type Progress } from 'lastbyte/client'
 * import { faultServer } from 'lastbyte/testing'
 *
 * const server = await faultServer({ root: 'media' })
 * const folder = await mkdtemp(join(tmpdir(), 'example-'))
 * let last: Progress = { bytes: 0, size: undefined }
 * const onProgress = (progress: Progress) => { last = progress }
 * const { size } = await download(`${server.url}/clip.mp4`, { to: join(folder, 'clip.mp4'), onProgress })
 * assert.deepEqual(last, { bytes: size, size })
 * await rm(folder, { recursive: true })
 * await server.close()
 * ```
 */
export interface Progress {
  /** Bytes on the disk, those of earlier runs included. */
  readonly bytes: number
  /** Bytes of the whole representation; undefined if the server doesn't announce them. */
  readonly size: number | undefined
}

/**
 * The result of a download.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtemp, rm } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 *
 * import { type Downloaded, download } from 'lastbyte/client'
 * import { faultServer } from 'lastbyte/testing'
 *
 * const server = await faultServer({ root: 'media' })
 * const folder = await mkdtemp(join(tmpdir(), 'example-'))
 * const to = join(folder, 'clip.mp4')
 * const result: Downloaded = await download(`${server.url}/clip.mp4`, { to })
 * assert.equal(result.verified[0]?.algorithm, 'sha-256')
 * assert.match(result.etag ?? '', /^".+"$/)
 * await rm(folder, { recursive: true })
 * await server.close()
 * ```
 */
export interface Downloaded {
  /** Bytes of the file. */
  readonly size: number
  /** Its strong entity tag with quotes (RFC 9110 §8.8.3); undefined if the server sends none. */
  readonly etag: string | undefined
  /**
   * The Content-Encoding in which a server sent the bytes although the client asked for none, such as
   * `x-gzip` for a `.gz` file. The file has the bytes as they were sent. undefined: none.
   */
  readonly contentEncoding?: string | undefined
  /** Bytes that were received in this run. Less than `size` if an earlier run was resumed. */
  readonly received: number
  /** The digests that matched; empty if neither the server nor the caller provided one. */
  readonly verified: readonly DigestValue[]
}
