import { releaseIterator } from '../../async/release-iterator.js'
import { attemptWithDeadline } from '../../async/with-deadline.js'
import { asLastbyteError, LastbyteError } from '../../errors.js'
import { leadsUp } from '../../http/forwarded-target.js'
import {
  addVia,
  crossOriginFields,
  endToEnd,
  type Forwarded,
  withoutIgnoredDates,
} from '../../http/forwarding.js'
import type { RequestFields } from '../../http/precondition.js'
import type { ProxyError } from '../../http/proxy-status.js'
import { encodePath, splitTarget } from '../../http/request-target.js'
import { Agents } from '../../transport/agents.js'
import { connectError } from '../../transport/connect-error.js'
import { type NodeResponse, sendNodeRequest } from '../../transport/node-request.js'
import type { Asker, OpenRequest } from '../byte-source.js'
import { isPrivateHost, lookupPublic, prohibited } from './private-address.js'
import { isFollowed, redirectOf } from './redirect.js'
import type { UpstreamSettings } from './upstream-options.js'
import type { UpstreamResponse } from './upstream-response.js'

/** Where a request is sent. */
export interface Destination {
  /** Redirects are relative to it. */
  readonly url: URL
  /** Path and query as they are sent: a URL object would rewrite some characters of them. */
  readonly target?: string | undefined
}

/** A request to the origin. */
export interface UpstreamRequest extends Destination {
  readonly method: 'GET' | 'HEAD'
  readonly fields: Forwarded
  readonly onInterim?: OpenRequest['onInterim']
  /** `lent`: a chunk of the response is valid until the next one is requested. Default: `kept`. */
  readonly chunks?: 'lent' | 'kept'
}

const MOST_REDIRECTS = 10

/** Fields of the client that this server sets itself: they belong to one connection or one response. */
const OWN_FIELDS = ['host', 'expect', 'content-length', 'range', 'accept-encoding']
/** Fields of the client that are forwarded whatever `forward` says. */
const CONDITIONS = [
  ...['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range'],
  ...['accept', 'last-event-id', 'want-repr-digest', 'want-content-digest', 'want-digest'],
  ...['want-unencoded-digest', 'accept-signature'],
]

/** An HTTP client for one origin, with its connections. */
export class UpstreamClient {
  readonly #agents: Agents

  constructor(readonly settings: UpstreamSettings) {
    const { insecure, forbidPrivate } = settings
    this.#agents = new Agents({ insecure, ...(forbidPrivate && { lookup: lookupPublic }) })
  }

  /**
   * The destination of a key, or of the path that was received for it, below the origin's path; undefined for
   * one that would lead out of that.
   */
  destinationOf(
    key: string,
    { path, query = '' }: Pick<OpenRequest, 'path' | 'query'>,
  ): Destination | undefined {
    // A decoded key has no dot segments, since those of a request target are refused.
    const isKey = path === undefined
    if (isKey ? /(^|\/)\.\.?(\/|$)/.test(key) : leadsUp(path)) return undefined
    return this.locate(`/${isKey ? encodePath(key) : path}`, query)
  }

  /** The destination of a path with its leading slash, or of `*`, below the origin's path. */
  locate(path: string, query: string): Destination {
    const { origin } = this.settings
    const base = path === '*' ? '' : origin.pathname.replace(/\/$/, '')
    const target = base + path + query
    return { url: new URL(origin.origin + base + (path === '*' ? '' : path) + query), target }
  }

  /** The fields of a request to the origin on behalf of a client, without Range. */
  fieldsFor({ fields = {}, asker }: OpenRequest): Forwarded {
    const { forward, forwarded, name, verify } = this.settings
    const all = withoutIgnoredDates(endToEnd(fields, OWN_FIELDS))
    const kept = forward === 'all' ? all : only(all, [...CONDITIONS, ...forward])
    const via = addVia(fields.via?.toString(), asker?.httpVersion ?? '1.1', name)
    return {
      ...(verify === 'asked' && { 'want-repr-digest': 'sha-256=9' }),
      ...kept,
      ...(forwarded && asker && this.forwardedFor(fields, asker)),
      ...this.ownFields(via),
    }
  }

  /** The X-Forwarded fields about a client. */
  forwardedFor(fields: RequestFields, { address, host, protocol }: Asker): Forwarded {
    const previous = fields['x-forwarded-for']?.toString()
    return {
      'x-forwarded-for': previous ? `${previous}, ${address}` : address,
      'x-forwarded-host': host,
      'x-forwarded-proto': protocol,
    }
  }

  /** The fields of every request, whatever the client. */
  ownFields(via = `1.1 ${this.settings.name}`): Forwarded {
    return { ...this.settings.fields, via, 'accept-encoding': 'identity' }
  }

  /**
   * Sends a request and follows redirects as `isFollowed` says. Another redirect is returned as the response.
   *
   * @throws LastbyteError SOURCE_FAILED, SOURCE_TIMEOUT, REFUSED; `facts.proxyError` is the error type of
   *   RFC 9209
   */
  async send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamResponse> {
    const { forbidPrivate } = this.settings
    let { url, target, fields } = request
    for (let hops = 0; ; hops += 1) {
      if (forbidPrivate && isPrivateHost(url)) throw prohibited(url.host)
      const received = await this.#sendOnce({ ...request, url, target, fields }, signal)
      const response = { ...received, url, path: pathOf({ url, target }) }
      const next = redirectOf(response)
      if (next === undefined || !isFollowed(next, url, this.settings)) return response
      releaseIterator(response.body)
      if (hops === MOST_REDIRECTS) {
        throw failed(`it redirected more than ${hops} times`, 'http_protocol_error', 'REFUSED')
      }
      if (next.origin !== url.origin) fields = crossOriginFields(fields)
      url = next
      target = undefined
    }
  }

  close(): void {
    this.#agents.close()
  }

  async #sendOnce(
    { url, ...request }: UpstreamRequest,
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
        ...request,
        url,
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

/** The path of a request, as it is sent. */
export function pathOf({ url, target }: Destination): string {
  return target === undefined ? url.pathname : splitTarget(target).path
}

function only(fields: Forwarded, names: readonly string[]): Forwarded {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}

/**
 * The error of a request without a response. REFUSED, which is not retried, where the host name does not
 * exist, the certificate is not valid, or the request can't be sent at all.
 */
export function unreached(url: URL, cause: unknown): LastbyteError {
  if (cause instanceof LastbyteError && cause.code !== 'BAD_FIELD') return cause
  const { code = '', message } = cause as NodeJS.ErrnoException
  if (code.startsWith('HPE_'))
    return failed(`its response is not HTTP: ${message}`, 'http_protocol_error')
  const error = connectError(url, cause)
  const isInvalid = /^(ERR_(INVALID|UNESCAPED)|BAD_FIELD)/.test(code)
  const proxyError = isInvalid
    ? 'proxy_configuration_error'
    : proxyErrorOf(String(error.facts.reason), code)
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
  return new LastbyteError(code, `Cannot request from the origin: ${what}`, { proxyError })
}

/** Any failure as a LastbyteError, with the name of this server for a Proxy-Status field. */
export function asSourceError(thrown: unknown, proxy: string): LastbyteError {
  const error = asLastbyteError(thrown, 'SOURCE_FAILED', 'Cannot read from the origin')
  const facts = { proxyError: 'connection_terminated', ...error.facts, proxy }
  return new LastbyteError(error.code, error.message, facts, { cause: error.cause ?? error })
}
