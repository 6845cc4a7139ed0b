/**
 * One entry of a folder.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type ByteSource, type Entry } from 'lastbyte'
 *
 * const entries: Entry[] = [{ name: 'a.txt', kind: 'file', size: 3, lastModified: Date.now() }]
 * const source: ByteSource = {
 *   open: async (key) => ({ kind: key === '' ? 'directory' : 'absent' }),
 *   list: async () => entries,
 * }
 * const app = Fastify()
 * await app.register(lastbyte, { source, list: { format: 'json' } })
 * const response = await fetch(`${await app.listen({ host: '127.0.0.1', port: 0 })}/`)
 * assert.deepEqual(await response.json(), { dirs: [], files: ['a.txt'] })
 * await app.close()
 * ```
 */
export interface Entry {
  readonly name: string
  readonly kind: 'file' | 'directory'
  /** Bytes; 0 for a directory. */
  readonly size: number
  /** ms since the epoch. */
  readonly lastModified: number
  /** The entity tag that `open` would find for the file, if the listing has it. */
  readonly etag?: string | undefined
  /** The permission bits of the file, if the store has some. */
  readonly mode?: number | undefined
  /** Tells a folder from others, where several paths may lead to it: by symbolic links. */
  readonly folderId?: string | undefined
}
