import type { ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import type { Ending } from '../ending.js'
import { LastbyteError } from '../errors.js'

/** The response of node:http or node:http2 behind Fastify's reply. */
export type Response = ServerResponse | Http2ServerResponse

/**
 * A write that starts when it is called. `accepted` is called when the kernel has all its bytes, so that
 * the buffer can be reused. After a disconnect neither callback may ever be called: a caller has to
 * watch the transfer's signal as well.
 */
export type PendingWrite = (
  accepted: (nothing: undefined) => void,
  failed: (error: Error) => void,
) => void

/** Writes a chunk. */
export function write(response: Response, chunk: Uint8Array): PendingWrite {
  return (accepted, failed) => {
    const socket = 'stream' in response ? undefined : response.socket
    // Node corks for one tick; corked here, the pieces of a chunk are sent in this one.
    socket?.cork()
    ;(response as ServerResponse).write(chunk, settling(accepted, failed))
    socket?.uncork()
  }
}

/** Writes the header section without content. */
export function writeHead(response: Response): PendingWrite {
  return (accepted, failed) => {
    ;(response as ServerResponse).flushHeaders()
    const done = settling(accepted, failed)
    if ('stream' in response) setImmediate(done)
    else (response.socket as Socket).write('', done)
  }
}

/** Writes the last chunk and the proper end of the message. */
export function writeEnd(response: Response, chunk?: Uint8Array): PendingWrite {
  if (!('stream' in response)) {
    return (accepted, failed) => {
      whenFinished(response)(accepted, failed)
      response.end(chunk)
    }
  }
  return (accepted, failed) => {
    const done = settling(accepted, failed)
    if (chunk === undefined) response.end(done)
    else response.end(chunk, done)
  }
}

/** Waits for the end of a response that was written already. */
export function whenFinished(response: ServerResponse): PendingWrite {
  return (accepted, failed) => {
    const { socket } = response
    const done = settling(accepted, failed)
    // A response whose connection was closed emits `finish` too. Checked before node:http closes it.
    response.prependOnceListener('finish', () => {
      done(
        socket?.destroyed
          ? new Error('the connection closed before all bytes were sent')
          : undefined,
      )
    })
  }
}

/** Every error of a write means that the connection is closed. */
function settling(accepted: Parameters<PendingWrite>[0], failed: Parameters<PendingWrite>[1]) {
  return (cause?: Error | null) => {
    if (!cause) return accepted(undefined)
    const message = `Cannot continue sending: the connection is closed: ${cause.message}`
    failed(new LastbyteError('CLIENT_GONE', message, {}, { cause }))
  }
}

/**
 * Ends a response. A cut of HTTP/1.1 closes the connection: what the kernel has accepted is still sent,
 * then FIN. A cut of HTTP/2 resets the one stream with INTERNAL_ERROR, and other streams go on. `end()`
 * is not called for a cut, since the message would then look complete.
 */
export function performEnding(ending: Ending, response: Response): void {
  if (ending.kind === 'valid') response.end()
  else if (ending.kind === 'error-frame') endWithError(ending.bytes, response)
  else if (ending.kind === 'reset') resetConnection(response)
  else if ('stream' in response) endStream(ending, response)
  else if (ending.kind === 'raw') response.socket?.end(ending.bytes, () => response.destroy())
  else if (response.socket) response.destroy()
  // Pipelined behind another response: destroyed before its turn, it would never end (Node 24).
  else response.once('socket', () => response.destroy())
}

/** ms that a client has to receive an error frame. */
const ERROR_FRAME_TIMEOUT = 5_000

function endWithError(frame: Uint8Array, response: Response): void {
  const timer = setTimeout(() => response.destroy(), ERROR_FRAME_TIMEOUT).unref()
  response.once('close', () => clearTimeout(timer))
  ;(response as ServerResponse).end(frame)
  if ('stream' in response) return
  const { socket } = response
  if (socket) socket.destroySoon()
  else response.once('socket', (turn) => setImmediate(() => turn.destroySoon()))
}

function endStream(ending: Ending, { stream }: Http2ServerResponse): void {
  if (ending.kind === 'goaway') {
    const { session } = stream
    session?.goaway(ending.code, stream.id ?? 0)
    // The session writes the frame later. GOAWAY itself says which streams were processed.
    setImmediate(() => session?.socket.destroySoon())
  } else {
    stream.close(ending.kind === 'rst-stream' ? ending.code : constants.NGHTTP2_INTERNAL_ERROR)
  }
}

/**
 * Resets the TCP connection, with TLS the socket below it. A socket that is sending its FIN refuses a
 * reset and would then never close, so the reset waits for the FIN.
 */
function resetConnection(response: Response): void {
  const outer = 'stream' in response ? response.stream.session?.socket : response.socket
  const { _parent: below } = (outer ?? {}) as { _parent?: Socket }
  const socket = below ?? outer
  if (socket?.writableEnded && !socket.writableFinished) {
    socket.once('finish', () => socket.resetAndDestroy())
  } else {
    socket?.resetAndDestroy()
  }
}
