import type { FastifyReply } from 'fastify'
import { LastbyteError } from './errors.js'
import { PROBLEM_TYPE, problem } from './http/problem.js'
import { formatProxyStatus, PROXY_ERRORS, type ProxyError } from './http/proxy-status.js'
import { splitTarget } from './http/request-target.js'

/** Fields that tell of a representation, which the answer is no longer. */
const REPRESENTATION_FIELDS = [
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
]

/** Answers with problem details (RFC 9457). `fields` are those that the status asks for. */
export function refuse(
  reply: FastifyReply,
  status: number,
  detail?: string,
  fields: Record<string, string> = {},
): FastifyReply {
  for (const name of REPRESENTATION_FIELDS) reply.removeHeader(name)
  const { method, raw } = reply.request
  reply.log.info({ method, path: splitTarget(raw.url ?? '').path, status, detail }, 'refused')
  return reply
    .code(status)
    .headers({ ...fields, 'content-type': PROBLEM_TYPE, 'x-content-type-options': 'nosniff' })
    .send(Buffer.from(JSON.stringify(problem(status, detail))))
}

/** Answers ranges of which none can be satisfied (RFC 9110 §15.5.17). */
export function refuseRange(
  reply: FastifyReply,
  { contentRange }: { readonly contentRange: string },
): FastifyReply {
  const fields = { 'content-range': contentRange }
  return refuse(reply, 416, 'No range that was asked for overlaps the file.', fields)
}

/** Answers a failure before the headers. The inner text is for the log, not for the client. */
export function refuseFailure(reply: FastifyReply, error: unknown): FastifyReply {
  const code = error instanceof LastbyteError ? error.code : undefined
  const behind = error instanceof LastbyteError ? reportOf(error) : undefined
  if (behind !== undefined) {
    const { proxy, proxyError } = behind
    const fields = { 'proxy-status': formatProxyStatus(proxy, { error: proxyError }) }
    return refuse(
      reply,
      PROXY_ERRORS[proxyError],
      'The server behind gave no usable answer.',
      fields,
    )
  }
  switch (code) {
    case 'SOURCE_TIMEOUT':
      return refuse(reply, 504, 'The source of the file did not answer in time.')
    case 'BAD_FAULT':
      return refuse(reply, 400, (error as LastbyteError).message)
    case 'SOURCE_BUSY':
    case 'SHUTDOWN':
    case 'CANCELLED':
    case 'REPRESENTATION_CHANGED':
      return refuse(reply, 503, 'Try again in a moment.', { 'retry-after': '1' })
    default:
      return refuse(reply, 500)
  }
}

/** What an error tells of a server behind, by the name of the proxy that asked it. */
function reportOf({ facts: { proxy, proxyError } }: LastbyteError) {
  const isTold = typeof proxy === 'string' && typeof proxyError === 'string'
  return isTold && proxyError in PROXY_ERRORS
    ? { proxy, proxyError: proxyError as ProxyError }
    : undefined
}
