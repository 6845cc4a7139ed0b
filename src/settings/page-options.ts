import { BOOLEAN, type Expectations } from '../validation/expectation.js'
import { readNestedOptions } from '../validation/read-options.js'

/**
 * Which pages for people a registration has, below `-/` of its prefix.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type PageOptions } from 'lastbyte'
 *
 * const pages: PageOptions = { watch: false }
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', prefix: '/films', list: true, pages })
 * const headers = { accept: 'text/html' }
 * const refused = await app.inject({ url: '/films/nothing.mp4', headers })
 * assert.equal(refused.statusCode, 404)
 * assert.equal((await app.inject('/films/-/assets/lastbyte.css')).statusCode, 200)
 * assert.equal((await app.inject('/films/-/watch/clip.mp4')).statusCode, 404)
 * await app.close()
 * ```
 */
export interface PageOptions {
  /**
   * Whether there is a page that plays a file, `-/watch/` and its path, to which listings link; with subtitles
   * in WebVTT and posters.
   *
   * @default true
   */
  watch?: boolean
  /**
   * Whether browsers get an error page, and not problem details.
   *
   * @default true
   */
  errors?: boolean
}

/** The pages of a registration, settled. */
export interface PageSettings {
  readonly watch: boolean
  readonly errors: boolean
}

const PAGE_OPTIONS: Expectations<PageOptions> = { watch: BOOLEAN, errors: BOOLEAN }

/** Reads the option `pages`; false for no pages. @throws LastbyteError BAD_SETTING */
export function readPageOptions(pages: boolean | PageOptions | undefined): PageSettings | false {
  if (pages === undefined || pages === false) return false
  const own = pages === true ? {} : readNestedOptions('pages', pages, PAGE_OPTIONS)
  return Object.freeze({ watch: own.watch ?? true, errors: own.errors ?? true })
}
