import { BOOLEAN, type Expectations, OBJECT, oneOf } from '../validation/expectation.js'
import { invalidSetting } from '../validation/option-error.js'
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
   * Whether there is a page that plays a file, `-/watch/` and its path, to which listings link; and subtitle files
   * as WebVTT, `-/subtitles/` and their path.
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
  /**
   * The page `-/transfers`: what the whole application sends, to whom, and how to end it. Only requests with the token
   * get more than an empty page. Default: no such page.
   */
  transfers?: TransferPageOptions
}

/**
 * Who may see the transfers of an application, and end them.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type TransferPageOptions } from 'lastbyte'
 *
 * const transfers: TransferPageOptions = { token: 'a-long-secret' }
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', pages: { transfers } })
 * assert.equal((await app.inject('/-/transfers')).statusCode, 401)
 * const headers = { authorization: 'Bearer a-long-secret' }
 * const { totals } = (await app.inject({ url: '/-/transfers', headers })).json()
 * assert.equal(totals.running, 0)
 * await app.close()
 * ```
 */
export interface TransferPageOptions {
  /** The token that requests send as `Authorization: Bearer TOKEN`. Default: none, which only `access: 'local'` permits. */
  token?: string
  /**
   * `local`: requests from this machine need no token. Only where no proxy is in front of the application, since the
   * clients of a proxy that adds no header field look like this machine.
   *
   * @default 'token'
   */
  access?: 'token' | 'local'
}

/** The pages of a registration, settled. */
export interface PageSettings {
  readonly watch: boolean
  readonly errors: boolean
  /** undefined: no page of the transfers. */
  readonly transfers?: { readonly token: string; readonly access: 'token' | 'local' } | undefined
}

const PAGE_OPTIONS: Expectations<PageOptions> = {
  watch: BOOLEAN,
  errors: BOOLEAN,
  transfers: OBJECT,
}

const TRANSFER_OPTIONS: Expectations<TransferPageOptions> = {
  token: {
    expected: 'a text of ASCII characters without spaces',
    accepts: (value) => typeof value === 'string' && /^[!-~]+$/.test(value),
  },
  access: oneOf('token', 'local'),
}

/** Reads the option `pages`; false for no pages. @throws LastbyteError BAD_SETTING */
export function readPageOptions(pages: boolean | PageOptions | undefined): PageSettings | false {
  if (pages === undefined || pages === false) return false
  const own = pages === true ? {} : readNestedOptions('pages', pages, PAGE_OPTIONS)
  const transfers = own.transfers && readTransfers(own.transfers)
  return Object.freeze({ watch: own.watch ?? true, errors: own.errors ?? true, transfers })
}

function readTransfers(given: TransferPageOptions): PageSettings['transfers'] {
  const own = readNestedOptions('pages.transfers', given, TRANSFER_OPTIONS)
  const { token, access = 'token' } = own
  if (token === undefined && access === 'token') {
    throw invalidSetting('pages.transfers', 'expected a "token", or else "access": "local"', given)
  }
  // With local access alone, no token is right: an empty one can't be sent.
  return Object.freeze({ token: token ?? '', access })
}
