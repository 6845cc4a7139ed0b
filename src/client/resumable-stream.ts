import type { DigestValue } from '../http/digest-value.js'
import { RETRY_RULES } from '../resume/retry-budget.js'
import { BOOLEAN, type Expectations, FUNCTION } from '../validation/expectation.js'
import { readOptions } from '../validation/read-options.js'
import { openStream, type ResumableStream } from './open-stream.js'
import { CHECKSUM, LIMIT_RATE, READ_OPTIONS } from './option-expectations.js'
import type { InsecureRedirects } from './platform/follow-redirects.js'
import type { Platform } from './platform/platform.js'
import type { Transport } from './platform/transport.js'
import { LIVE } from './read-live.js'
import { CLOCK, type ClientEvent, type ReadPolicy } from './read-policy.js'
import { type RenewUrl, renewingTransport } from './renewing-transport.js'
import { requestOptions } from './request-options.js'

/**
 * Options of `resumableStream`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte from 'lastbyte'
 * import { resumableStream, type StreamOptions } from 'lastbyte/client'
 *
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media' })
 * const options: StreamOptions = {
 *   headers: { authorization: 'Bearer token' },
 *   retryFor: 60_000,
 *   signal: AbortSignal.timeout(1_000),
 * }
 * const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/clip.mp4`
 * const { body, size } = await resumableStream(url, options)
 * assert.equal((await new Response(body).arrayBuffer()).byteLength, size)
 * await app.close()
 * ```
 */
export interface StreamOptions {
  /** Request fields, such as `{ authorization: 'Bearer …' }`. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the stream with the signal's reason. */
  readonly signal?: AbortSignal
  /** ms to retry without progress; 0: not at all. Default 600,000. */
  readonly retryFor?: number
  /**
   * Reads a file that is still being written until it is finished (RFC 8673), from the first byte on. Where the server
   * has no such file, or does not support that, the file is read as it is. Default false.
   */
  readonly live?: boolean
  /**
   * ms in which the server must send something. Default 15,000; with `live` 60,000, since a file may be quiet: it is
   * then requested again.
   */
  readonly stall?: number
  /** Resumes by a weak validator too, which may join the bytes of two versions. Default false. */
  readonly allowWeak?: boolean
  /** A digest that the bytes must have, besides the one that the server announces. Default: none. */
  readonly checksum?: DigestValue
  /** Bytes a second. Default: no limit. */
  readonly limitRate?: number
  /**
   * Follows redirects from https: to http: too, where others can read the request and replace the bytes. Not for a
   * `transport` of your own. Default false.
   */
  readonly allowInsecureRedirects?: boolean
  /**
   * Returns another URL of the same file, where this one gets a 401, 403, 404 or 410: a signed URL that has expired,
   * while a read is resumed or at its start. It has `stall` ms, and is called once for a request; the bytes go on only
   * with the same version. The caller's own credentials are not sent to another origin. Default: none; a resumed read
   * that redirects have led to such a response follows them once more.
   */
  readonly renewUrl?: RenewUrl
  /** Sends the requests. Default: Node's HTTP client, or fetch in a browser. */
  readonly transport?: Transport
  /** Called with each retry. */
  readonly onEvent?: (event: ClientEvent) => void
}

/** What each option must be. */
export const STREAM_OPTIONS: Expectations<StreamOptions> = {
  ...READ_OPTIONS,
  allowWeak: BOOLEAN,
  live: BOOLEAN,
  checksum: CHECKSUM,
  limitRate: LIMIT_RATE,
  renewUrl: FUNCTION,
}

/**
 * Opens a stream of a URL's bytes that survives failures of the connection and the server: it resumes
 * at the first missing byte, of the same version only. Resolves with the head of the first response.
 *
 * @throws LastbyteError BAD_SETTING for a URL or option that can't be used; REFUSED, UNREACHABLE,
 *   GAVE_UP; the signal's reason
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte from 'lastbyte'
 * import { type OpenStream, resumableStream } from 'lastbyte/client'
 *
 * // Gives up after a second without progress.
 * const impatient: OpenStream = (url, options) =>
 *   resumableStream(url, { retryFor: 1_000, ...options })
 *
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media' })
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const { body } = await impatient(`${url}/clip.vtt`)
 * assert.match(await new Response(body).text(), /^WEBVTT/)
 * await app.close()
 * ```
 */
export type OpenStream = (url: string | URL, options?: StreamOptions) => Promise<ResumableStream>

/** `resumableStream` of a platform. */
export function resumableStreamOn(platform: Platform): OpenStream {
  return async (url, given) => {
    const options = readOptions(given, STREAM_OPTIONS)
    const { checksum, signal } = options
    const transport = options.transport
      ? { send: options.transport, close() {} }
      : platform.openTransport(insecureRedirects(options))
    const policy = readPolicy(url, options, transport.send)
    const { createHash } = platform
    const close = () => transport.close()
    const opened = await openStream(policy, { checksum, signal, createHash, close })
    const { contentEncoding: _identity, ...stream } = opened
    return stream
  }
}

/** Whether a call permits redirects from https: to http:. */
export function insecureRedirects({
  allowInsecureRedirects = false,
}: Pick<StreamOptions, 'allowInsecureRedirects'>): InsecureRedirects {
  return allowInsecureRedirects ? 'allowed' : 'refused'
}

/** The settled options of a call. @throws LastbyteError BAD_SETTING */
export function readPolicy(
  url: string | URL,
  options: StreamOptions,
  transport: Transport,
): ReadPolicy {
  const {
    headers = {},
    retryFor = RETRY_RULES.retryFor,
    live = false,
    stall = live ? 60_000 : 15_000,
    allowWeak = false,
    limitRate = Number.POSITIVE_INFINITY,
  } = options
  const request = requestOptions(url, headers)
  const { renewUrl } = options
  const renewal = { renewUrl, insecure: insecureRedirects(options) }
  return {
    transport: renewingTransport(transport, request.url, renewal),
    ...request,
    pin: 'if-match',
    live: live ? LIVE : undefined,
    stall,
    retry: { ...RETRY_RULES, retryFor },
    allowWeak,
    limitRate,
    clock: CLOCK,
    chance: Math.random,
    onEvent: options.onEvent ?? (() => {}),
  }
}
