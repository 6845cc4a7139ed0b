import { type Expectations, SIGNAL, TEXT } from '../validation/expectation.js'
import { OPTIONS_PLACE, readOptions } from '../validation/read-options.js'
import { FILE_OPTIONS, type FileOptions } from './file-options.js'
import { PART_OF_FILE } from './static-options.js'

/**
 * Options of one `reply.sendFile` or `reply.download`, instead of those of the registration.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type SendOptions } from 'lastbyte'
 *
 * const options: SendOptions = { root: 'media', maxAge: '1d', immutable: true }
 * const app = Fastify()
 * await app.register(lastbyte, { serve: false })
 * app.get('/film', (_request, reply) => reply.sendFile('clip.mp4', options))
 * const { headers } = await app.inject({ method: 'HEAD', url: '/film' })
 * assert.equal(headers['cache-control'], 'public, max-age=86400, immutable')
 * await app.close()
 * ```
 */
export interface SendOptions extends FileOptions {
  /** A folder instead of the registration's. Default: that one. */
  root?: string
  /** Cancels the transfer when it is aborted: the body ends early. Default: none. */
  signal?: AbortSignal
}

const SEND_OPTIONS: Expectations<SendOptions> = { ...FILE_OPTIONS, root: TEXT, signal: SIGNAL }

/**
 * Options of a registration, of `@fastify/static` or of `@fastify/send` that a call has no use for.
 * `@fastify/static` ignores most of them, so a response is sent here too.
 */
const IGNORED: ReadonlySet<string> = new Set([
  'allowedPath',
  'constraints',
  'decorateReply',
  'globIgnore',
  'highWaterMark',
  'list',
  'logLevel',
  'maxContentRangeChunkSize',
  'prefix',
  'prefixAvoidTrailingSlash',
  'redirect',
  'schemaHide',
  'serve',
  'setHeaders',
  'suppressWarning',
  'wildcard',
])

/**
 * Reads the options of one `sendFile` or `download`.
 *
 * @param ignore called with the name of each option that only a registration has
 * @throws LastbyteError BAD_SETTING
 */
export function readSendOptions(
  options: unknown,
  ignore: (name: string) => void,
): Readonly<SendOptions> {
  return readOptions(options, SEND_OPTIONS, {
    ...OPTIONS_PLACE,
    alternatives: PART_OF_FILE,
    ignores: (name) => {
      if (!IGNORED.has(name)) return false
      ignore(name)
      return true
    },
  })
}
