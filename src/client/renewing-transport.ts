import { releaseIterator } from '../async/release-iterator.js'
import { withDeadline } from '../async/with-deadline.js'
import { LastbyteError } from '../errors.js'
import { parseRequestUrl, withoutSecrets } from '../http/request-url.js'
import {
  type InsecureRedirects,
  isInsecure,
  withoutCredentials,
} from './platform/follow-redirects.js'
import type { ClientRequest, Transport } from './platform/transport.js'

/**
 * Returns another URL of the same file, for the option `renewUrl`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { signUrl } from 'lastbyte'
 * import { type RenewUrl, resumableStream } from 'lastbyte/client'
 *
 * const key = 'k1:GZgQjzYo6bJ9u0YkVJdZ5Vq1T7JX0r3mXc2mW0hPq8E'
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', access: { keys: [key] } })
 * const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/clip.vtt`
 * const renewUrl: RenewUrl = async () => signUrl(url, { key, expires: '1h' })
 * const { body } = await resumableStream(url, { renewUrl })
 * assert.match(await new Response(body).text(), /^WEBVTT/)
 * await app.close()
 * ```
 */
export type RenewUrl = (request: {
  /** The URL that was refused, or the one of the call. */
  readonly url: string
  /** Aborted when nobody waits for the URL any more: the request's time is over, or the read has ended. */
  readonly signal: AbortSignal
}) => Promise<string | URL>

export interface Renewal {
  readonly renewUrl: RenewUrl | undefined
  /** Whether a new URL may lead from https: to http:. */
  readonly insecure: InsecureRedirects
}

/** Statuses of a URL that has expired: object stores and CDNs use all of them. */
const EXPIRED = new Set([401, 403, 404, 410])

/**
 * Sends requests of one read. Where the URL has expired, a new one is requested by `renewUrl`; without it, a resumed
 * read that redirects have led to a refused URL follows them once more from the first URL. Both happen once for a
 * request: the response to the second one counts. Whether it is of the same version is judged as for any response.
 */
export function renewingTransport(
  send: Transport,
  original: string,
  { renewUrl, insecure }: Renewal,
): Transport {
  let current = original
  let renewing: Promise<void> | undefined
  let credentials: string | undefined

  const renew = async (ask: RenewUrl, signal: AbortSignal) => {
    const given = await withDeadline(callRenewal(ask, { url: current, signal }), signal)
    const { href, authorization } = parseRequestUrl('renewUrl', given, undefined)
    if (insecure === 'refused' && isInsecure(new URL(original), new URL(href))) {
      const message = `Cannot request ${withoutSecrets(href)}: expected an https: URL of renewUrl`
      throw new LastbyteError('REFUSED', message)
    }
    current = href
    credentials = authorization
  }
  const sendCurrent = (request: ClientRequest) => {
    if (request.url !== original || current === original) return send(request)
    const isForeign = new URL(current).origin !== new URL(original).origin
    const fields = isForeign ? withoutCredentials(request.fields) : request.fields
    const own = credentials === undefined ? {} : { authorization: credentials }
    return send({ ...request, url: current, fields: { ...fields, ...own } })
  }

  return async (request) => {
    const tried = current
    const answer = await sendCurrent(request)
    if (!EXPIRED.has(answer.status) || request.url !== original) return answer
    if (renewUrl === undefined) {
      const isResumed = request.fields.range !== undefined
      if (!isResumed || !answer.isRedirected) return answer
    } else if (tried === current) {
      // Several connections of one download wait for one URL.
      renewing ??= renew(renewUrl, request.signal).finally(() => {
        renewing = undefined
      })
      releaseIterator(answer.body)
      await renewing
      return sendCurrent(request)
    }
    releaseIterator(answer.body)
    return sendCurrent(request)
  }
}

/** A failure is one of the connection: another attempt of the read asks again. */
async function callRenewal(ask: RenewUrl, request: Parameters<RenewUrl>[0]): Promise<string | URL> {
  try {
    return await ask(request)
  } catch (cause) {
    if (cause instanceof LastbyteError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `Cannot renew ${withoutSecrets(request.url)}: ${reason}`
    throw new LastbyteError('ANSWER_BROKEN', message, {}, { cause })
  }
}
