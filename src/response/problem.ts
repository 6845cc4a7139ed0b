import { LastbyteError } from '../errors.js'
import { PROBLEM_TYPE, problem } from '../http/problem.js'
import { formatProxyStatus, PROXY_ERRORS, type ProxyError } from '../http/proxy-status.js'
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
  return Buffer.from(JSON.stringify(problem(status, detail)))
}

/** The header fields of a problem document. */
export function problemFields(bytes: Buffer): HeaderFields {
  return {
    'content-type': PROBLEM_TYPE,
    'x-content-type-options': 'nosniff',
    'content-length': String(bytes.length),
  }
}

/**
 * The problem for an error before the header section. The error's message is only logged: it may contain
 * paths and host names that clients must not learn.
 */
export function problemForError(error: unknown): Problem {
  const { code, message } =
    error instanceof LastbyteError ? error : { code: undefined, message: '' }
  const upstream = error instanceof LastbyteError ? upstreamErrorOf(error) : undefined
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
    case 'REPRESENTATION_CHANGED':
      return { status: 503, detail: 'Try again in a moment.', fields: { 'retry-after': '1' } }
    default:
      return { status: 500 }
  }
}

/** The failure of an upstream server, and the name of the proxy that reports it in Proxy-Status. */
function upstreamErrorOf({ facts: { proxy, proxyError } }: LastbyteError) {
  const isUpstream =
    typeof proxy === 'string' &&
    typeof proxyError === 'string' &&
    Object.hasOwn(PROXY_ERRORS, proxyError)
  return isUpstream ? { proxy, proxyError: proxyError as ProxyError } : undefined
}
