import { releaseIterator } from '../../async/release-iterator.js'
import { attemptWithDeadline } from '../../async/with-deadline.js'
import { asLastbyteError, LastbyteError } from '../../errors.js'
import { addVia, endToEnd, type Forwarded, crossOriginFields } from '../../http/forwarding.js'
import type { RequestFields } from '../../http/precondition.js'
import type { ProxyError } from '../../http/proxy-status.js'
import { encodePath } from '../../http/request-target.js'
import { Agents } from '../../transport/agents.js'
import { connectError } from '../../transport/connect-error.js'
import { type NodeResponse, sendNodeRequest } from '../../transport/node-request.js'
import type { Asker, OpenRequest } from '../byte-source.js'
import { isPrivateHost, lookupPublic, prohibited } from './private-address.js'
import type { UpstreamSettings } from './upstream-options.js'

/** What one request asks of the origin. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'HEAD'
  readonly url: URL
  readonly fields: Forwarded
}

/** An answer, and the URL that gave it. */
export interface UpstreamResponse extends NodeResponse {
  readonly url: URL
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST_REDIRECTS = 10

/** Fields that are ours to say, since they hold between two neighbours or for one answer. */
const OWN_FIELDS = ['host', 'expect', 'content-length', 'range', 'accept-encoding']
/** What goes on from whoever asks in any case. */
const CONDITIONS = [
  ...['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range'],
  ...['accept', 'want-repr-digest', 'want-content-digest', 'want-digest'],
]

/** Another HTTP server, and the connections to it. */
export class UpstreamClient {
  readonly #agents: Agents

  constructor(readonly settings: UpstreamSettings) {
    const { insecure, forbidPrivate } = settings
    this.#agents = new Agents({ insecure, ...(forbidPrivate && { lookup: lookupPublic }) })
  }

  /** The URL of a key: below the origin's own path, or undefined where it would lead out of that. */
  urlOf(key: string, query = ''): URL | undefined {
    const { origin } = this.settings
    const path = `${origin.pathname.replace(/\/$/, '')}/${encodePath(key)}`
    const url = new URL(origin.origin)
    url.pathname = path
    url.search = query
    return url.pathname === path ? url : undefined
  }

  /** The fields for the origin of whoever asks, without the range. */
  fieldsFor({ fields = {}, asker }: OpenRequest): Forwarded {
    const { forward, forwarded, name, verify } = this.settings
    const passed = endToEnd(fields, OWN_FIELDS)
    const kept = forward === 'all' ? passed : only(passed, [...CONDITIONS, ...forward])
    const via = addVia(fields.via?.toString(), asker?.httpVersion ?? '1.1', name)
    return {
      ...(verify === 'asked' && { 'want-repr-digest': 'sha-256=9' }),
      ...kept,
      ...(forwarded && asker && this.forwardedFor(fields, asker)),
      ...this.ownFields(via),
    }
  }

  /** Tells the origin who asks. */
  forwardedFor(fields: RequestFields, { address, host, protocol }: Asker): Forwarded {
    const before = fields['x-forwarded-for']?.toString()
    return {
      'x-forwarded-for': before ? `${before}, ${address}` : address,
      'x-forwarded-host': host,
      'x-forwarded-proto': protocol,
    }
  }

  /** The fields that each request carries, whoever asks. */
  ownFields(via = `1.1 ${this.settings.name}`): Forwarded {
    return { ...this.settings.fields, via, 'accept-encoding': 'identity' }
  }

  /**
   * Asks, and follows redirects as far as is allowed; one that leads elsewhere is the answer.
   *
   * @throws LastbyteError SOURCE_FAILED, SOURCE_TIMEOUT, REFUSED; `facts.proxyError` says why (RFC 9209)
   */
  async ask(question: UpstreamRequest, signal: AbortSignal): Promise<UpstreamResponse> {
    const { origin, redirects, forbidPrivate } = this.settings
    let { url, fields } = question
    for (let hops = 0; ; hops += 1) {
      if (forbidPrivate && isPrivateHost(url)) throw prohibited(url.host)
      const answer = await this.#once({ ...question, url, fields }, signal)
      const next = redirectOf(answer, url)
      const allowed = next?.origin === origin.origin || redirects.has(next?.origin ?? '')
      if (next === undefined || !allowed || addsSlash(url, next)) return { ...answer, url }
      releaseIterator(answer.body)
      if (hops === MOST_REDIRECTS) {
        throw failed(`it redirects more than ${hops} times`, 'http_protocol_error', 'REFUSED')
      }
      if (next.origin !== url.origin) fields = crossOriginFields(fields)
      url = next
    }
  }

  close(): void {
    this.#agents.close()
  }

  async #once(
    { method, url, fields }: UpstreamRequest,
    signal: AbortSignal,
  ): Promise<NodeResponse> {
    const { retryPolicy } = this.settings
    signal.throwIfAborted()
    let phase: ProxyError = 'connection_timeout'
    const limit = {
      ms: retryPolicy.stall,
      error: () => {
        const message = `Cannot request ${url.host}: no response in ${retryPolicy.stall} ms`
        return new LastbyteError('SOURCE_TIMEOUT', message, { host: url.host, proxyError: phase })
      },
    }
    const send = (signal: AbortSignal) =>
      sendNodeRequest({
        agent: this.#agents.for(url),
        url,
        method,
        fields,
        readAhead: retryPolicy.readAhead,
        signal,
        onConnected: () => {
          phase = 'http_response_timeout'
        },
      })
    try {
      return await attemptWithDeadline(send, signal, limit)
    } catch (error) {
      signal.throwIfAborted()
      throw unreached(url, error)
    }
  }
}

/** Whether a redirect does nothing but add the slash of a directory. */
export function addsSlash(from: URL, to: URL): boolean {
  return from.origin === to.origin && to.pathname === `${from.pathname}/`
}

/** Where an answer redirects to (RFC 9110 §15.4). */
export function redirectOf({ status, field }: NodeResponse, from: URL): URL | undefined {
  const location = field('location')
  if (!REDIRECTS.has(status) || location === undefined) return undefined
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined
  return to && /^https?:$/.test(to.protocol) ? to : undefined
}

function only(fields: Forwarded, names: readonly string[]): Forwarded {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}

/** Why no answer came. A name that does not exist and a certificate that does not hold are final. */
export function unreached(url: URL, cause: unknown): LastbyteError {
  if (cause instanceof LastbyteError) return cause
  const { code = '', message } = cause as NodeJS.ErrnoException
  if (code.startsWith('HPE_'))
    return failed(`its answer is no HTTP: ${message}`, 'http_protocol_error')
  const error = connectError(url, cause)
  const proxyError = proxyErrorOf(String(error.facts.reason), code)
  // What Node can't send at all, it can't send at the next attempt either.
  const isInvalid = /^ERR_(INVALID|UNESCAPED)/.test(code)
  const isFinal = code === 'ENOTFOUND' || error.facts.reason === 'tls' || isInvalid
  const facts = { ...error.facts, proxyError }
  return new LastbyteError(isFinal ? 'REFUSED' : 'SOURCE_FAILED', error.message, facts, { cause })
}

function proxyErrorOf(reason: string, code: string): ProxyError {
  switch (reason) {
    case 'name':
      return 'dns_error'
    case 'refused':
      return 'connection_refused'
    case 'tls':
      return /CERT|SIGNED|VERIFY/.test(code) ? 'tls_certificate_error' : 'tls_protocol_error'
    default:
      if (code === 'ETIMEDOUT') return 'connection_timeout'
      return /UNREACH/.test(code) ? 'destination_ip_unroutable' : 'connection_terminated'
  }
}

function failed(
  what: string,
  proxyError: ProxyError,
  code: 'SOURCE_FAILED' | 'REFUSED' = 'SOURCE_FAILED',
): LastbyteError {
  return new LastbyteError(code, `Cannot ask the origin: ${what}`, { proxyError })
}

/** Any failure as one of ours, with the name that a Proxy-Status field is to carry. */
export function asSourceError(thrown: unknown, proxy: string): LastbyteError {
  const error = asLastbyteError(thrown, 'SOURCE_FAILED', 'Cannot read from the origin')
  const facts = { proxyError: 'connection_terminated', ...error.facts, proxy }
  return new LastbyteError(error.code, error.message, facts, { cause: error.cause ?? error })
}
