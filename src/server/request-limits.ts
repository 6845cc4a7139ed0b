import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { PROBLEM_TYPE, problem } from '../http/problem.js'
import { sendProblem } from '../response/problem-response.js'
import type { Connections } from './connections.js'

/** Bytes of a request target; longer ones are answered 414 (RFC 9110 §15.5.15). */
const MOST_TARGET = 8 * 1024
/** Bytes of all fields; more are answered 431 (RFC 6585 §5). */
const MOST_FIELDS = 16 * 1024
/** Bytes of a head that the parser reads at all: enough to let the limits above speak for themselves. */
export const MOST_HEAD = 32 * 1024

/** Answers targets and fields that are too long with the status that says so. */
export function limitRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const { url = '', rawHeaders = [] } = request.raw
    if (url.length > MOST_TARGET) {
      return sendProblem(reply, 414, `The request target is longer than ${MOST_TARGET} bytes.`)
    }
    let fields = 0
    for (const text of rawHeaders) fields += text.length
    if (fields > MOST_FIELDS) {
      return sendProblem(reply, 431, `The fields are longer than ${MOST_FIELDS} bytes together.`)
    }
    return undefined
  })
}

interface ParseError extends Error {
  readonly code?: string
  readonly rawPacket?: Buffer
}

/**
 * Answers what the parser refused, and closes the connection. An answer that is under way on it is
 * cut short instead: a second head in the middle of its body would pass for bytes of the file.
 */
export function respondToParseError(
  error: ParseError,
  socket: Socket,
  connections: Connections,
): void {
  // What comes behind a request that was said to be the last is nobody's (RFC 9112 §9.6).
  if (error.code === 'HPE_CLOSED_CONNECTION' && connections.isAnswering(socket)) return
  if (socket.writable && error.code !== 'ECONNRESET' && !connections.isAnswering(socket)) {
    const status = statusOf(error)
    const body = JSON.stringify(problem(status))
    const head = [
      `HTTP/1.1 ${status} ${problem(status).title}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${body.length}`,
      'Connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
  socket.destroySoon()
}

function statusOf({ code, rawPacket }: ParseError): number {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408
  if (code !== 'HPE_HEADER_OVERFLOW') return 400
  const endOfLine = rawPacket?.indexOf('\n') ?? -1
  const startsHead = /^[A-Z]+ \S/.test(rawPacket?.toString('latin1', 0, 32) ?? '')
  return startsHead && (endOfLine === -1 || endOfLine > MOST_TARGET) ? 414 : 431
}
