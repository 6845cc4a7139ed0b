import { type Expectations, SIGNAL, TEXT } from '../validation/expectation.js'
import { readOptions } from '../validation/read-options.js'
import { CACHE_OPTIONS, type CacheOptions } from './cache-control.js'

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
export interface SendOptions extends CacheOptions {
  /** A folder instead of the registration's. Default: that one. */
  root?: string
  /** Cancels the transfer when it is aborted: the body ends early. Default: none. */
  signal?: AbortSignal
}

const SEND_OPTIONS: Expectations<SendOptions> = { ...CACHE_OPTIONS, root: TEXT, signal: SIGNAL }

/** Reads the options of one `sendFile` or `download`. @throws LastbyteError BAD_SETTING */
export function readSendOptions(options: unknown): Readonly<SendOptions> {
  return readOptions(options, SEND_OPTIONS)
}
