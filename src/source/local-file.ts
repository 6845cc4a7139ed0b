/**
 * The file behind a representation, which the option `setHeaders` receives as `path` and `stat`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { open } from 'node:fs/promises'
 * import type { LocalFile } from 'lastbyte'
 *
 * const path = 'media/clip.mp4'
 * const handle = await open(path)
 * const file: LocalFile = { path, descriptor: handle.fd, stat: await handle.stat() }
 * assert.ok(file.stat.size > 0)
 * await handle.close()
 * ```
 */
export interface LocalFile {
  /** The path under which it was opened. */
  readonly path: string
  /** Open as long as the representation. */
  readonly descriptor: number
  /** The stat of the descriptor. */
  readonly stat: FileStat
}

/**
 * The members of `fs.Stats` that a hook may use. Taken from the open descriptor, so they belong to the
 * version that is sent.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type FileStat } from 'lastbyte'
 *
 * const year = (stat: FileStat | undefined) => String(stat?.mtime.getFullYear())
 * const app = Fastify()
 * await app.register(lastbyte, {
 *   root: 'media',
 *   setHeaders: (reply, _path, stat) => reply.setHeader('x-year', year(stat)),
 * })
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const response = await fetch(`${url}/clip.mp4`, { method: 'HEAD' })
 * assert.match(response.headers.get('x-year') ?? '', /^\d{4}$/)
 * await app.close()
 * ```
 */
export interface FileStat {
  readonly dev: number
  readonly ino: number
  readonly mode: number
  readonly nlink: number
  readonly uid: number
  readonly gid: number
  /** Bytes. */
  readonly size: number
  /** ms since the epoch, as the other members that end in `Ms`. */
  readonly mtimeMs: number
  readonly ctimeMs: number
  readonly birthtimeMs: number
  readonly mtime: Date
  readonly ctime: Date
  readonly birthtime: Date
}
