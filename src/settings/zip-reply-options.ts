import { parsePath } from '../http/request-target.js'
import { type Expectations, isOptionsObject, SIGNAL, TEXT } from '../validation/expectation.js'
import { invalidSetting } from '../validation/option-error.js'
import { OPTIONS_PLACE, readOptions } from '../validation/read-options.js'

/**
 * A file or folder of an archive.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type ZipEntry } from 'lastbyte'
 *
 * const entries: ZipEntry[] = [{ path: 'clip.mp4', name: 'film/clip.mp4' }, { path: 'clip.vtt' }]
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', serve: false })
 * app.get('/film.zip', (_request, reply) => reply.zip(entries, { name: 'film.zip' }))
 * const { headers, rawPayload } = await app.inject('/film.zip')
 * assert.equal(headers['content-disposition'], 'attachment; filename=film.zip')
 * assert.equal(Number(headers['content-length']), rawPayload.length)
 * await app.close()
 * ```
 */
export interface ZipEntry {
  /** The path of a file or folder below the root, or the key of another source. */
  path: string
  /** The path in the archive, with slashes. For a folder, '' puts what it has at the top. Default: `path`. */
  name?: string
}

/**
 * Options of one `reply.zip`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type ZipReplyOptions } from 'lastbyte'
 *
 * const options: ZipReplyOptions = { name: 'clips.zip' }
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', serve: false })
 * app.get('/clips', (_request, reply) => reply.zip(['clip.mp4', 'clip.vtt'], options))
 * const { statusCode } = await app.inject({ url: '/clips', headers: { range: 'bytes=0-3' } })
 * assert.equal(statusCode, 206)
 * await app.close()
 * ```
 */
export interface ZipReplyOptions {
  /**
   * The file name under which it is saved.
   *
   * @default 'files.zip'
   */
  name?: string
  /** Cancels the transfer when it is aborted: the body ends early. Default: none. */
  signal?: AbortSignal
}

/** The arguments of a call, settled. */
interface ZipCall {
  readonly name: string
  readonly selections: readonly { readonly key: string; readonly name: string }[]
  readonly signal: AbortSignal | undefined
}

const OPTIONS: Expectations<ZipReplyOptions> = { name: TEXT, signal: SIGNAL }
/** Bytes of the longest name that a record has room for. */
const LONGEST_NAME = 65_535

/** Reads the arguments of `reply.zip`. @throws LastbyteError BAD_SETTING */
export function readZipCall(entries: unknown, options: unknown): ZipCall {
  const { name = 'files.zip', signal } = readOptions<ZipReplyOptions>(
    options ?? {},
    OPTIONS,
    OPTIONS_PLACE,
  )
  if (!Array.isArray(entries)) {
    throw invalidSetting(
      'entries',
      'expected an array of paths, or of objects with a path',
      entries,
    )
  }
  return { name, signal, selections: entries.map(readEntry) }
}

function readEntry(entry: unknown, index: number): ZipCall['selections'][number] {
  const place = `entries[${index}]`
  const { path, name = path } = isOptionsObject(entry) ? entry : { path: entry }
  const key = typeof path === 'string' ? parsePath(path) : undefined
  if (key === undefined) {
    throw invalidSetting(`${place}.path`, 'expected a path below the root', path)
  }
  const isOfFolder = key === '' || key.endsWith('/')
  if (name === path && key !== '') return { key, name: requireName(place, key) }
  if (name === '' || name === path) {
    if (isOfFolder) return { key, name: '' }
  } else return { key, name: asFolder(requireName(place, name), isOfFolder) }
  throw invalidSetting(`${place}.name`, 'expected a name, since the entry is a file', name)
}

function asFolder(name: string, isOfFolder: boolean): string {
  return isOfFolder && !name.endsWith('/') ? `${name}/` : name
}

/**
 * A name that leads nowhere else than below the folder into which an archive is unpacked, on any system.
 */
function requireName(place: string, name: unknown): string {
  const isSafe =
    typeof name === 'string' &&
    parsePath(name) === name &&
    !/^[a-z]:|\/\/|\p{Cs}/iu.test(name) &&
    Buffer.byteLength(name) <= LONGEST_NAME
  if (isSafe) return name
  const expected = `expected a relative path of up to ${LONGEST_NAME} bytes, with slashes and without ".."`
  throw invalidSetting(`${place}.name`, expected, name)
}
