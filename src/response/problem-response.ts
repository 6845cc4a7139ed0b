import type { FastifyReply } from 'fastify'
import { LastbyteError } from '../errors.js'
import { PROBLEM_TYPE, problem } from '../http/problem.js'
import { formatProxyStatus, PROXY_ERRORS, type ProxyError } from '../http/proxy-status.js'
import { splitTarget } from '../http/request-target.js'

/** Fields that tell of a representation, which the answer is no longer. */
export const REPRESENTATION_FIELDS: ReadonlySet<string> = new Set([
  'etag',
  'last-modified',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-range',
  'content-length',
  'repr-digest',
  'content-digest',
  'digest',
])

/** Answers with problem details (RFC 9457). `fields` are those that the status asks for. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  detail?: string,
  fields: Record<string, string> = {},
): FastifyReply {
  for (const name of REPRESENTATION_FIELDS) reply.removeHeader(name)
  logProblem(reply, { status, detail })
  return reply
    .code(status)
    .headers({ ...fields, ...PROBLEM_FIELDS })
    .send(problemBytes({ status, detail }))
}

/** What a refusal says: a status and, for people, why. */
interface Refusal {
  readonly status: number
  readonly detail: string | undefined
}

const PROBLEM_FIELDS = { 'content-type': PROBLEM_TYPE, 'x-content-type-options': 'nosniff' }

function problemBytes({ status, detail }: Refusal): Buffer {
  return Buffer.from(JSON.stringify(problem(status, detail)))
}

/** One line for a request that was refused. */
export function logProblem(reply: FastifyReply, { status, detail }: Refusal): void {
  const { method, raw } = reply.request
  reply.log.info({ method, path: splitTarget(raw.url ?? '').path, status, detail }, 'refused')
}

const NO_RANGE = { status: 416, detail: 'No range that was asked for overlaps the file.' } as const
const NO_RANGE_BYTES = problemBytes(NO_RANGE)

/** What is answered to ranges of which none can be satisfied, but for their Content-Range. */
export const RANGE_NOT_SATISFIABLE = {
  ...NO_RANGE,
  fields: { ...PROBLEM_FIELDS, 'content-length': String(NO_RANGE_BYTES.length) },
  bytes: NO_RANGE_BYTES,
} as const

/** Answers ranges of which none can be satisfied (RFC 9110 §15.5.17). */
export function sendRangeNotSatisfiable(
  reply: FastifyReply,
  { contentRange }: { readonly contentRange: string },
): FastifyReply {
  return sendProblem(reply, NO_RANGE.status, NO_RANGE.detail, { 'content-range': contentRange })
}

/** Answers a failure before the headers. The inner text is for the log, not for the client. */
export function sendFailure(reply: FastifyReply, error: unknown): FastifyReply {
  // A field of the application that can't be sent would be in the way of the refusal too.
  if (isUnsendable(error)) for (const name in reply.getHeaders()) reply.removeHeader(name)
  const code = error instanceof LastbyteError ? error.code : undefined
  const behind = error instanceof LastbyteError ? reportOf(error) : undefined
  if (behind !== undefined) {
    const { proxy, proxyError } = behind
    const fields = { 'proxy-status': formatProxyStatus(proxy, { error: proxyError }) }
    return sendProblem(
      reply,
      PROXY_ERRORS[proxyError],
      'The server behind gave no usable answer.',
      fields,
    )
  }
  switch (code) {
    case 'SOURCE_TIMEOUT':
      return sendProblem(reply, 504, 'The source of the file did not answer in time.')
    case 'BAD_FAULT':
      return sendProblem(reply, 400, (error as LastbyteError).message)
    case 'SOURCE_BUSY':
    case 'SHUTDOWN':
    case 'CANCELLED':
    case 'REPRESENTATION_CHANGED':
      return sendProblem(reply, 503, 'Try again in a moment.', { 'retry-after': '1' })
    default:
      return sendProblem(reply, 500)
  }
}

function isUnsendable(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return code === 'ERR_INVALID_CHAR' || code === 'ERR_HTTP_INVALID_HEADER_VALUE'
}

/** What an error tells of a server behind, by the name of the proxy that asked it. */
function reportOf({ facts: { proxy, proxyError } }: LastbyteError) {
  const isTold = typeof proxy === 'string' && typeof proxyError === 'string'
  return isTold && proxyError in PROXY_ERRORS
    ? { proxy, proxyError: proxyError as ProxyError }
    : undefined
}
