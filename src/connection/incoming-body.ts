import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import { PROBLEM_TYPE, problem } from '../http/problem.js'
import type { UnansweredRequests } from './unanswered-requests.js'

/** A request whose body has not been received completely. */
export interface IncomingBody {
  /** Whether it is complete now, or its connection or stream is closed. */
  isOver(): boolean
  /** Whether the server does not read it, or sends the response meanwhile: a stalled client ends that. */
  isSpared(): boolean
  /** Number of bytes that were received until now. */
  received(): number
  /** Ends it: with a 408 where no response has begun, otherwise with a cut. */
  end(): void
}

/** A body of HTTP/1.1. Bytes of chunk headers count as received. */
export function incomingHttp1(
  request: IncomingMessage,
  response: ServerResponse,
  unanswered: UnansweredRequests,
): IncomingBody {
  const { socket } = request
  return {
    isOver: () => request.complete || socket.destroyed,
    // Paused by a reader that is slower than the client, or behind the responses of other requests.
    isSpared: () => socket.isPaused() || unanswered.of(socket) > 1 || isSending(response),
    received: () => socket.bytesRead,
    end() {
      if (response.headersSent) socket.destroy()
      else respondTooSlow(response, { connection: 'close' })
    },
  }
}

/** A body of HTTP/2. */
export function incomingHttp2(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
): IncomingBody {
  const { stream } = request
  const push = stream.push.bind(stream)
  let bytes = 0
  let isComplete = false
  stream.push = (chunk: Uint8Array | null, encoding) => {
    if (chunk === null) isComplete = true
    else bytes += chunk.length
    return push(chunk, encoding)
  }
  return {
    isOver: () => isComplete || stream.destroyed || stream.closed,
    isSpared: () => stream.readableLength >= stream.readableHighWaterMark || isSending(response),
    received: () => bytes,
    end() {
      const close = () => stream.close(constants.NGHTTP2_NO_ERROR)
      if (response.writableEnded) close()
      else if (response.headersSent) stream.close(constants.NGHTTP2_CANCEL)
      else {
        stream.once('finish', close)
        respondTooSlow(response, {})
      }
    },
  }
}

function isSending(response: ServerResponse | Http2ServerResponse): boolean {
  return response.headersSent && !response.writableFinished
}

/** Responds instead of the handler, which is waiting for the body. */
function respondTooSlow(
  response: ServerResponse | Http2ServerResponse,
  fields: Record<string, string>,
): void {
  const body = JSON.stringify(problem(408, 'The request was not received in time.'))
  const headers = {
    ...fields,
    'content-type': PROBLEM_TYPE,
    'cache-control': 'no-store',
    'content-length': String(Buffer.byteLength(body)),
  }
  ;(response as ServerResponse).writeHead(408, headers).end(body)
}
