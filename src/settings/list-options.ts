import { BOOLEAN, type Expectations, FUNCTION, oneOf, STRINGS } from '../validation/expectation.js'
import { readNestedOptions } from '../validation/read-options.js'
import { NOT_OF_A_LISTING } from './static-options.js'

/**
 * How directories are listed, as in `@fastify/static`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type ListOptions } from 'lastbyte'
 *
 * const list: ListOptions = { format: 'json', names: ['index.json'] }
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', list })
 * const listing = await app.inject('/index.json')
 * assert.ok(listing.json().files.includes('clip.mp4'))
 * await app.close()
 * ```
 */
export interface ListOptions {
  /**
   * The format for a request without a `format` in its query.
   *
   * @default 'html'
   */
  format?: 'html' | 'json'
  /**
   * Last segments of a path that get the listing of its directory if no file has that path, such as
   * `index.json`.
   *
   * @default []
   */
  names?: string[]
  /**
   * The entries of the JSON: names, or objects with `stats` too.
   *
   * @default 'names'
   */
  jsonFormat?: 'names' | 'extended'
  /**
   * Whether the page shows `README.md` of the folder below the names, up to 256 KiB, as HTML from CommonMark. HTML in
   * it is shown as text, and pictures are those of this site.
   *
   * @default false
   */
  readme?: boolean
  /** Renders the HTML. Default: a page of links. */
  render?: (dirs: ListedName[], files: ListedName[]) => string
}

/**
 * An entry of a listing, as `render` and the extended JSON receive it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type ListedName } from 'lastbyte'
 *
 * const render = (_dirs: ListedName[], files: ListedName[]) =>
 *   files.map(({ name, href, stats }) => `${name} ${href} ${stats.size}`).join('\n')
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', prefix: '/media', list: { render } })
 * const listing = await app.inject('/media/')
 * assert.match(listing.body, /^clip\.mp4 \/media\/clip\.mp4 \d+$/m)
 * await app.close()
 * ```
 */
export interface ListedName {
  /** The absolute path of its URL, percent-encoded. */
  href: string
  /** The last segment of its path, not encoded. */
  name: string
  /** `size` in bytes; `mtimeMs` in ms since the epoch. */
  stats: { size: number; mtimeMs: number; mtime: Date }
}

const LIST_OPTIONS: Expectations<ListOptions> = {
  format: oneOf('html', 'json'),
  names: STRINGS,
  jsonFormat: oneOf('names', 'extended'),
  readme: BOOLEAN,
  render: FUNCTION,
}

/** Reads the option `list`; undefined where directories are not listed. @throws LastbyteError BAD_SETTING */
export function readListOptions(
  list: boolean | ListOptions | undefined,
): Readonly<ListOptions> | undefined {
  if (typeof list === 'object') {
    return readNestedOptions('list', list, LIST_OPTIONS, NOT_OF_A_LISTING)
  }
  return list ? {} : undefined
}
