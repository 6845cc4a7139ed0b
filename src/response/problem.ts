import { type ErrorCode, LastbyteError } from '../errors.js'
import { PROBLEM_TYPE, problem } from '../http/problem.js'
import { formatProxyStatus, PROXY_ERRORS, type ProxyError } from '../http/proxy-status.js'
import { StatusError } from '../http/status-error.js'
import { StreamError, statusCodeOf } from '../http/stream-error.js'
import { printableText } from '../printable-text.js'
import type { HeaderFields } from './header-fields.js'

/** The status and the human-readable detail of an error response. */
export interface ProblemStatus {
  readonly status: number
  readonly detail?: string | undefined
}

/** A problem, and the header fields that its status requires. */
export interface Problem extends ProblemStatus {
  readonly fields?: HeaderFields
}

/** Serializes a problem document (RFC 9457). */
export function problemBytes({ status, detail }: ProblemStatus): Buffer {
  // Clients such as curl print it on terminals.
  return Buffer.from(printableText(JSON.stringify(problem(status, detail))))
}

/** The header fields of a problem document. Without `no-store`, caches may keep a 404, 405 or 501. */
export function problemFields(bytes: Buffer): HeaderFields {
  return {
    'content-type': PROBLEM_TYPE,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-length': String(bytes.length),
  }
}

/**
 * The problem for an error before the header section. The error's message is only logged: it may contain
 * paths and host names that clients must not learn.
 */
export function problemForError(error: unknown): Problem {
  if (error instanceof StatusError) {
    const { statusCode: status, message, headers } = error
    const detail = message === problem(status).title ? undefined : message
    return { status, detail, fields: { ...headers } }
  }
  if (!(error instanceof LastbyteError) || error instanceof StreamError)
    return foreignProblem(error)
  const { code, message } = error
  const upstream = upstreamErrorOf(error)
  if (upstream !== undefined) {
    const { proxy, proxyError } = upstream
    return {
      status: PROXY_ERRORS[proxyError],
      detail: 'The upstream server sent no usable response.',
      fields: { 'proxy-status': formatProxyStatus(proxy, { error: proxyError }) },
    }
  }
  switch (code) {
    case 'SOURCE_TIMEOUT':
      return { status: 504, detail: 'The source of the file did not respond in time.' }
    case 'BAD_FAULT':
      return { status: 400, detail: message }
    case 'SOURCE_BUSY':
    case 'SHUTDOWN':
    case 'CANCELLED':
    case 'KILLED':
    case 'REPRESENTATION_CHANGED':
      return { status: 503, detail: 'Try again in a moment.', fields: { 'retry-after': '1' } }
    default:
      return { status: 500 }
  }
}

/** The status of an error of the application, as in Fastify. Its message is sent with a 4xx alone. */
function foreignProblem(error: unknown): Problem {
  const status = statusCodeOf(error) ?? 500
  const { message } = (error ?? {}) as { message?: unknown }
  return status < 500 && typeof message === 'string' ? { status, detail: message } : { status }
}

const REFUSALS: Readonly<Record<number, ErrorCode>> = {
  403: 'FORBIDDEN',
  405: 'METHOD_NOT_ALLOWED',
  412: 'PRECONDITION_FAILED',
  416: 'RANGE_NOT_SATISFIABLE',
  501: 'NOT_IMPLEMENTED',
}

/** The error that error handlers receive for a problem which no other error has caused. */
export function statusError({ status, detail, fields }: Problem): StatusError {
  const code = REFUSALS[status] ?? (status < 500 ? 'BAD_REQUEST' : 'SOURCE_FAILED')
  return new StatusError(code, status, detail ?? problem(status).title, fields)
}

/**
 * The error that error handlers receive for an error before the header section: without paths and host
 * names in its message. Errors of the application stay as they are.
 */
export function publicError(error: unknown, { status, detail, fields }: Problem): unknown {
  const isOwn = error instanceof LastbyteError && !(error instanceof StreamError)
  if (!isOwn || error instanceof StatusError) return error
  const { code, facts } = error
  const message = detail ?? problem(status).title
  return new StatusError(code, status, message, fields, { facts, cause: error })
}

/** The failure of an upstream server, and the name of the proxy that reports it in Proxy-Status. */
function upstreamErrorOf({ facts: { proxy, proxyError } }: LastbyteError) {
  const isUpstream =
    typeof proxy === 'string' &&
    typeof proxyError === 'string' &&
    Object.hasOwn(PROXY_ERRORS, proxyError)
  return isUpstream ? { proxy, proxyError: proxyError as ProxyError } : undefined
}
