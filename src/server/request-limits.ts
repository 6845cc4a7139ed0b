import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Unanswered } from '../connection/unanswered-requests.js'
import { lingerOnClose } from '../delivery/lingering-close.js'
import { PROBLEM_TYPE, problem } from '../http/problem.js'
import { invalidRequest } from '../http/request-host.js'
import { sendProblem } from '../response/problem-response.js'
import type { Connections } from './connections.js'

/** Maximum bytes of a request target; the response to a longer one is 414 (RFC 9110 §15.5.15). */
const MAX_TARGET = 8 * 1024
/** Maximum bytes of all header fields; the response to more is 431 (RFC 6585 §5). */
const MAX_FIELDS = 16 * 1024
/** Maximum bytes of a header section in Node's parser: above both limits, so that those apply first. */
export const MAX_HEADER_SECTION = 32 * 1024

/**
 * Responds 400 to a request with an invalid Host field or target, 414 to a target that is too long, and 431
 * to header fields that are too long.
 */
export function limitRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const { url = '', rawHeaders = [], httpVersionMajor } = request.raw
    const invalid = invalidRequest(request.raw)
    if (invalid !== undefined) {
      // A request that proxies read differently: what follows it on the connection isn't trusted.
      return sendProblem(reply, 400, invalid, httpVersionMajor === 1 ? { connection: 'close' } : {})
    }
    if (url.length > MAX_TARGET) {
      return sendProblem(reply, 414, `The request target is longer than ${MAX_TARGET} bytes.`)
    }
    let fields = 0
    for (const text of rawHeaders) fields += text.length
    if (fields > MAX_FIELDS) {
      return sendProblem(
        reply,
        431,
        `The header fields are longer than ${MAX_FIELDS} bytes in all.`,
      )
    }
    return undefined
  })
}

interface ParseError extends Error {
  readonly code?: string
  readonly rawPacket?: Buffer
}

export interface ParseErrorContext {
  readonly connections: Connections
  /** Called with the status of each refusal: of `bytes` that are no request, or of the `body` of one. */
  readonly refused?: (status: number, kind: 'bytes' | 'body') => void
}

/**
 * Responds to a request that Node's parser rejected, in the middle of its body too, and closes the connection. While
 * another response is being sent, the connection is only closed: the client would read a second header section as bytes
 * of the body.
 */
export function respondToParseError(
  error: ParseError,
  socket: Socket,
  { connections, refused = () => {} }: ParseErrorContext,
): void {
  // Bytes after a request with `Connection: close` are ignored (RFC 9112 §9.6).
  if (error.code === 'HPE_CLOSED_CONNECTION' && connections.isResponding(socket)) return
  // The parser rejects all further bytes of a body as well, which are being discarded.
  if (connections.discarding.has(socket)) return
  const isWritable = socket.writable && error.code !== 'ECONNRESET'
  const receiving = isWritable ? connections.receiving(socket) : undefined
  if (receiving !== undefined) {
    connections.discarding.add(socket)
    refused(statusOf(error), 'body')
    refuseBody(receiving, statusOf(error))
    return
  }
  if (isWritable && !connections.isResponding(socket)) {
    const { fields, body } = closingProblem(statusOf(error))
    const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
    const { title } = problem(statusOf(error))
    refused(statusOf(error), 'bytes')
    socket.end(`HTTP/1.1 ${statusOf(error)} ${title}\r\n${head.join('')}\r\n${body}`)
  }
  socket.destroySoon()
}

/** Responds instead of the handler, which is waiting for the body. */
function refuseBody({ request, response }: Unanswered, status: number): void {
  lingerOnClose(request)
  const { fields, body } = closingProblem(status)
  response.writeHead(status, fields).end(body)
}

function closingProblem(status: number): { fields: Record<string, string>; body: string } {
  const body = JSON.stringify(problem(status))
  const fields = {
    'Content-Type': PROBLEM_TYPE,
    'Cache-Control': 'no-store',
    'Content-Length': String(body.length),
    Connection: 'close',
  }
  return { fields, body }
}

function statusOf({ code, rawPacket }: ParseError): number {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408
  if (code !== 'HPE_HEADER_OVERFLOW') return 400
  const endOfLine = rawPacket?.indexOf('\n') ?? -1
  const startsHead = /^[A-Z]+ \S/.test(rawPacket?.toString('latin1', 0, 32) ?? '')
  return startsHead && (endOfLine === -1 || endOfLine > MAX_TARGET) ? 414 : 431
}
