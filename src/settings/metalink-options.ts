import { parseRequestUrl, withoutSecrets } from '../http/request-url.js'
import { arrayOf, type Expectations, STRING } from '../validation/expectation.js'
import { invalidSetting } from '../validation/option-error.js'
import { readNestedOptions } from '../validation/read-options.js'

/**
 * What Metalink documents say besides the size and the digests of a file.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type MetalinkOptions } from 'lastbyte'
 *
 * const metalink: MetalinkOptions = { mirrors: ['https://mirror.example/films/'] }
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', prefix: '/films', metalink })
 * const { body } = await app.inject({ url: '/films/clip.mp4?metalink' })
 * assert.match(body, /<hash type="sha-256">[0-9a-f]{64}<\/hash>/)
 * assert.match(body, /<url priority="2">https:\/\/mirror.example\/films\/clip.mp4<\/url>/)
 * await app.close()
 * ```
 */
export interface MetalinkOptions {
  /**
   * URLs of folders with the same files under the same names, such as `https://mirror.example/films/`, in the order in
   * which clients prefer them. A link with a signature names them with that signature. Default: none.
   */
  mirrors?: string[]
}

/** The same, settled. */
export interface MetalinkSettings {
  /** URLs that end with a slash. */
  readonly mirrors: readonly string[]
}

const OPTIONS: Expectations<MetalinkOptions> = {
  mirrors: arrayOf(STRING, 'an array of URLs'),
}

/** Reads the option `metalink`; undefined where files have no documents. @throws LastbyteError BAD_SETTING */
export function readMetalinkOptions(
  metalink: boolean | MetalinkOptions | undefined,
): MetalinkSettings | undefined {
  if (metalink === undefined || metalink === false) return undefined
  const own = metalink === true ? {} : readNestedOptions('metalink', metalink, OPTIONS)
  const mirrors = (own.mirrors ?? []).map((url) => mirrorUrl('metalink.mirrors', url))
  return Object.freeze({ mirrors: Object.freeze(mirrors) })
}

/**
 * The URL of a mirror, with a slash at its end.
 *
 * @param setting the name of the option
 * @throws LastbyteError BAD_SETTING for anything but the URL of a folder without credentials, which every client reads
 */
export function mirrorUrl(setting: string, url: string): string {
  const { href, authorization } = parseRequestUrl(setting, url, undefined)
  const { search, hash } = new URL(href)
  if (authorization !== undefined || search !== '' || hash !== '') {
    const problem = 'expected the URL of a folder, without user name, query and fragment'
    throw invalidSetting(setting, problem, withoutSecrets(url))
  }
  return href.endsWith('/') ? href : `${href}/`
}
