import type { Expectations } from '../validation/expectation.js'
import { byteCount, wholeNumber } from '../validation/number-expectations.js'
import { readNestedOptions } from '../validation/read-options.js'

/**
 * What an archive may have. A request for more gets a 403.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type ZipOptions } from 'lastbyte'
 *
 * const zip: ZipOptions = { maxFiles: 1_000, maxBytes: 20_000_000 }
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', prefix: '/films', zip })
 * const { headers } = await app.inject({ method: 'HEAD', url: '/films/?zip' })
 * assert.equal(headers['content-type'], 'application/zip')
 * assert.equal(headers['accept-ranges'], 'bytes')
 * await app.close()
 * ```
 */
export interface ZipOptions {
  /**
   * Files and empty folders in one archive.
   *
   * @default 100_000
   */
  maxFiles?: number
  /** Bytes of all files in one archive. Default: no limit. */
  maxBytes?: number
}

/** The same, settled. */
export type ZipSettings = Readonly<Required<ZipOptions>>

const ZIP_OPTIONS: Expectations<ZipOptions> = {
  maxFiles: wholeNumber(1, 10_000_000),
  maxBytes: byteCount(1),
}

/** Reads the option `zip`; undefined where folders are not sent as archives. @throws LastbyteError BAD_SETTING */
export function readZipOptions(zip: boolean | ZipOptions | undefined): ZipSettings | undefined {
  if (zip === undefined || zip === false) return undefined
  const own = zip === true ? {} : readNestedOptions('zip', zip, ZIP_OPTIONS)
  return Object.freeze({
    maxFiles: own.maxFiles ?? 100_000,
    maxBytes: own.maxBytes ?? Number.MAX_SAFE_INTEGER,
  })
}
