import type { ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { Ending } from '../ending.js'
import { LastbyteError } from '../errors.js'
import { endSession } from './end-session.js'

/** The response of node:http or node:http2 behind Fastify's reply. */
export type Response = ServerResponse | Http2ServerResponse

/**
 * A write that starts when it is called. `accepted` is called when the kernel has accepted all bytes, so
 * that the buffer can be reused. After a disconnect possibly neither callback is called, so the caller
 * must listen to the transfer's signal as well.
 */
export type PendingWrite = (
  accepted: (nothing: undefined) => void,
  failed: (error: Error) => void,
) => void

/** Writes a chunk. */
export function write(response: Response, chunk: Uint8Array): PendingWrite {
  return (accepted, failed) => {
    const socket = 'stream' in response ? undefined : response.socket
    // Node corks until the next tick; with this cork the chunk is sent in the current tick.
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
    else onTurn(response, (socket) => socket.write('', done))
  }
}

/**
 * Calls `act` with the socket of a response: at once, or when a response that is pipelined behind others has its
 * turn and has written what it had queued. It has no socket before.
 */
function onTurn(response: ServerResponse, act: (socket: Socket) => void): void {
  if (response.socket) act(response.socket)
  else response.once('socket', (socket) => setImmediate(() => act(socket)))
}

/** Trailer fields by lower-case names. */
export type Trailers = Readonly<Record<string, string | string[]>>

/** Sets the trailer fields that the end of a message sends, if its framing allows any (RFC 9112 §7.1.2). */
export function addTrailers(response: Response, trailers: Trailers): void {
  response.addTrailers(trailers as Record<string, string>)
}

/** Writes the last chunk and ends the message. */
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

/** Waits until the kernel has accepted a response that was written completely; of HTTP/2, until its session has. */
export function whenFinished(response: Response): PendingWrite {
  return (accepted, failed) => {
    const done = settling(accepted, failed)
    if ('stream' in response) whenStreamFinished(response, done)
    else whenMessageFinished(response, done)
  }
}

type Done = (cause?: Error) => void

const unsent = () => new Error('the connection closed before all bytes were sent')

function whenMessageFinished(response: ServerResponse, done: Done): void {
  let { socket } = response
  // Pipelined behind another response, it gets its socket later.
  response.once('socket', (turn) => {
    socket = turn
  })
  // `finish` is also emitted after a disconnect, so the socket is checked, before node:http closes it.
  response.prependOnceListener('finish', () => done(socket?.destroyed ? unsent() : undefined))
}

function whenStreamFinished({ stream }: Http2ServerResponse, done: Done): void {
  let isOver = false
  const end = () => {
    if (isOver) return
    isOver = true
    // A stream that the client has reset is finished too.
    const isSent = stream.writableFinished && !stream.aborted && !stream.rstCode
    done(isSent ? undefined : unsent())
  }
  stream.once('finish', end).once('close', end)
}

/** Converts every error of a write to CLIENT_GONE, since it means that the connection is closed. */
function settling(accepted: Parameters<PendingWrite>[0], failed: Parameters<PendingWrite>[1]) {
  return (cause?: Error | null) => {
    if (!cause) return accepted(undefined)
    const message = `Cannot continue sending: the connection is closed: ${cause.message}`
    failed(new LastbyteError('CLIENT_GONE', message, {}, { cause }))
  }
}

/**
 * Ends a response. A cut of HTTP/1.1 closes the connection: bytes that the kernel has accepted are still
 * sent, then FIN. A cut of HTTP/2 resets the stream with INTERNAL_ERROR; other streams continue. A cut
 * does not call `end()`, which would make the message complete.
 */
export function performEnding(ending: Ending, response: Response): void {
  if (ending.kind === 'valid') response.end()
  else if (ending.kind === 'error-frame') endWithError(ending.bytes, response)
  else if ('stream' in response) endStream(ending, response)
  else if (ending.kind === 'reset') onTurn(response, resetConnection)
  else if (ending.kind === 'raw') {
    onTurn(response, (socket) => socket.end(ending.bytes, () => response.destroy()))
  } else if (response.socket) response.destroy()
  // Pipelined behind another response: destroying it before it has a socket has no effect (Node 24).
  else response.once('socket', () => response.destroy())
}

/** ms for which a client may acknowledge nothing before it has received an error frame. */
const ERROR_FRAME_TIMEOUT = 5_000
/** The same for the frame that resets a stream: the connection, which is closed then, may have other streams. */
const RESET_TIMEOUT = 60_000

function endWithError(frame: Uint8Array, response: Response): void {
  ;(response as ServerResponse).end(frame)
  if ('stream' in response) {
    const { stream } = response
    whenIdle(stream, ERROR_FRAME_TIMEOUT, () =>
      closeStream(stream, constants.NGHTTP2_INTERNAL_ERROR),
    )
    return
  }
  onTurn(response, (socket) => {
    whenIdle(socket, ERROR_FRAME_TIMEOUT, () => response.destroy())
    socket.destroySoon()
  })
}

/** Uses the idle timer of the connection, which a slow client restarts (see `ConnectionTimers`). */
function whenIdle(timed: Socket | ServerHttp2Stream, most: number, act: () => void): void {
  const { timeout } = timed as { timeout?: number }
  if (!timeout || timeout > most) timed.setTimeout(most)
  timed.once('timeout', act)
}

function endStream(ending: Ending, { stream }: Http2ServerResponse): void {
  if (ending.kind === 'reset') {
    const socket = stream.session?.socket
    if (socket) resetConnection(socket)
  } else if (ending.kind === 'goaway') {
    if (stream.session) endSession(stream.session, ending.code, stream.id ?? 0)
  } else {
    const isCoded = ending.kind === 'rst-stream'
    closeStream(stream, isCoded ? ending.code : constants.NGHTTP2_INTERNAL_ERROR)
  }
}

/** Resets a stream; its connection too, if the client does not receive what was written before that. */
function closeStream(stream: ServerHttp2Stream, code: number): void {
  stream.close(code)
  if (stream.destroyed) return
  whenIdle(stream, RESET_TIMEOUT, () => {
    if (stream.session) resetConnection(stream.session.socket)
  })
}

/**
 * Resets the TCP connection; with TLS, the socket below it. A reset fails on a socket that is sending its
 * FIN, which would then never close, so the reset waits until the FIN is sent.
 */
function resetConnection(outer: Socket): void {
  const { _parent: below } = outer as { _parent?: Socket }
  const socket = below ?? outer
  if (socket.writableEnded && !socket.writableFinished) {
    socket.once('finish', () => socket.resetAndDestroy())
  } else {
    socket.resetAndDestroy()
  }
}
