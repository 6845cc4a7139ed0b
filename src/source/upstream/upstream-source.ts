import { releaseIterator } from '../../async/release-iterator.js'
import { LastbyteError } from '../../errors.js'
import { longestWait } from '../../resume/retry-policy.js'
import type { ByteSource, Opened } from '../byte-source.js'
import { openWithRetries } from '../source-retry.js'
import { type Opening, openUpstream } from './open-upstream.js'
import { passthroughResponse } from './passthrough-response.js'
import { asSourceError, UpstreamClient } from './upstream-client.js'
import { listUpstream } from './upstream-listing.js'
import { settleUpstream, type UpstreamOptions } from './upstream-options.js'
import type { UpstreamResponse } from './upstream-response.js'

/**
 * Another HTTP server as a source, for `lastbyte({ source })` or `failover`. A read that breaks off is
 * resumed with Range, pinned to the strong entity tag of the first response (RFC 9110 §13.1.1), or else to a
 * Last-Modified that is a minute older than Date. Of an origin that has no ranges, the bytes before are passed
 * over. Where neither identifies a version, or without a length, the body ends short. Path and query are sent as
 * received. Redirects within the origin are followed. Responses that are no representation (errors, 304, redirects to
 * elsewhere) are passed on unchanged.
 *
 * @throws LastbyteError BAD_SETTING, with the name of the option
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { upstreamSource } from 'lastbyte'
 *
 * const origin = Fastify()
 * await origin.register(lastbyte, { root: 'media' })
 * const source = upstreamSource({ origin: await origin.listen({ host: '127.0.0.1', port: 0 }) })
 * const server = Fastify()
 * await server.register(lastbyte, { source })
 * const headers = { range: 'bytes=0-99' }
 * const { statusCode, rawPayload } = await server.inject({ url: '/clip.mp4', headers })
 * assert.deepEqual([statusCode, rawPayload.length], [206, 100])
 * await server.close()
 * await origin.close()
 * ```
 */
export function upstreamSource(options: UpstreamOptions): ByteSource {
  return sourceFrom(new UpstreamClient(settleUpstream(options)))
}

/** The same over a client that other requests use too. */
export function sourceFrom(upstream: UpstreamClient): ByteSource {
  const { listing, retryPolicy, name } = upstream.settings
  const listed: Pick<ByteSource, 'list'> = {
    async list(folder, signal, isWanted = () => true) {
      const key = folder === '' || folder.endsWith('/') ? folder : `${folder}/`
      const retry = {
        retryPolicy,
        request: {},
        asError: (thrown: unknown) => asSourceError(thrown, name),
      }
      const attempt = () => listUpstream(upstream, key, signal)
      const entries = await openWithRetries(retry, attempt, signal)
      return entries.filter((entry) => isWanted(entry.name))
    },
  }
  return {
    ...(listing === 'json' && listed),
    patience: longestWait(upstream.settings.retryPolicy),
    paths: 'as-received',

    async open(key, request, signal): Promise<Opened> {
      const destination = upstream.destinationOf(key, request)
      if (destination === undefined) return { kind: 'absent' }
      return openUrl({ upstream, destination, key, request }, signal)
    },

    async close() {
      upstream.close()
    },
  }
}

/** The response of an attempt, with a status after which another attempt may succeed. */
class TransientResponse extends LastbyteError {
  /** Not enumerable: a logger copies an error's own properties. */
  readonly #response: UpstreamResponse

  constructor(key: string, response: UpstreamResponse, after: number | undefined) {
    const { status } = response
    const message = `Cannot open ${key}: the origin responded with status ${status}`
    super('SOURCE_FAILED', message, { status, after })
    this.#response = response
  }

  get response(): UpstreamResponse {
    return this.#response
  }
}

/** Opens with retries. The transient response of the last attempt is passed on to the client. */
async function openUrl(opening: Opening, signal: AbortSignal): Promise<Opened> {
  const { upstream, key, request } = opening
  const { retryPolicy, name } = upstream.settings
  const attempt = async () => {
    const opened = await openUpstream(opening, signal)
    if (opened.kind === 'later') throw new TransientResponse(key, opened.response, opened.after)
    return opened
  }
  const retry = {
    retryPolicy,
    request,
    asError: (thrown: unknown) =>
      thrown instanceof TransientResponse ? thrown : asSourceError(thrown, name),
    onRetry(error: LastbyteError) {
      if (error instanceof TransientResponse) releaseIterator(error.response.body)
    },
  }
  try {
    return await openWithRetries(retry, attempt, signal)
  } catch (error) {
    if (!(error instanceof TransientResponse)) throw error
    return { kind: 'answered', answer: passthroughResponse(error.response, upstream.settings) }
  }
}
