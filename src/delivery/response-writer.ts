import type { ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import type { Ending } from '../ending.js'
import { LastbyteError } from '../errors.js'

/** The raw response of Fastify's reply, over HTTP/1.1 or HTTP/2. */
export type Response = ServerResponse | Http2ServerResponse

/**
 * Something to write: calls back when the system has taken all of it, so that its buffer is free
 * again. It may never do so where the client is gone: whoever waits watches for that too.
 */
export type PendingWrite = (
  taken: (nothing: undefined) => void,
  failed: (error: Error) => void,
) => void

/** Writes a chunk. */
export function write(response: Response, chunk: Uint8Array): PendingWrite {
  return (taken, failed) => {
    const socket = 'stream' in response ? undefined : response.socket
    // Corked by ourselves, the parts of a chunk go out at once and not one tick later.
    socket?.cork()
    ;(response as ServerResponse).write(chunk, settling(taken, failed))
    socket?.uncork()
  }
}

/** Writes the headers alone. */
export function writeHead(response: Response): PendingWrite {
  return (taken, failed) => {
    ;(response as ServerResponse).flushHeaders()
    const done = settling(taken, failed)
    if ('stream' in response) setImmediate(done)
    else (response.socket as Socket).write('', done)
  }
}

/** Writes the last chunk and the proper end of the message. */
export function writeEnd(response: Response, chunk?: Uint8Array): PendingWrite {
  if (!('stream' in response)) {
    return (taken, failed) => {
      whenFinished(response)(taken, failed)
      response.end(chunk)
    }
  }
  return (taken, failed) => {
    const done = settling(taken, failed)
    if (chunk === undefined) response.end(done)
    else response.end(chunk, done)
  }
}

/** Waits for the end of an answer that has been written. */
export function whenFinished(response: ServerResponse): PendingWrite {
  return (taken, failed) => {
    const { socket } = response
    const done = settling(taken, failed)
    // One whose connection was closed under it is called finished too. Asked before node:http closes it.
    response.prependOnceListener('finish', () => {
      done(socket?.destroyed ? new Error('not all has been taken') : undefined)
    })
  }
}

/** Whatever goes wrong in writing, it is the connection that is gone. */
function settling(taken: Parameters<PendingWrite>[0], failed: Parameters<PendingWrite>[1]) {
  return (cause?: Error | null) => {
    if (!cause) return taken(undefined)
    const message = `Cannot send on: the connection is closed: ${cause.message}`
    failed(new LastbyteError('CLIENT_GONE', message, {}, { cause }))
  }
}

/**
 * Carries an ending out. A cut of HTTP/1.1 closes the connection: what the system has taken still
 * goes out, then FIN. A cut of HTTP/2 resets the one stream with INTERNAL_ERROR; its siblings live
 * on. A cut is never to look whole: `end()` is not called.
 */
export function performEnding(ending: Ending, response: Response): void {
  if (ending.kind === 'valid') response.end()
  else if (ending.kind === 'told') tell(ending.bytes, response)
  else if (ending.kind === 'reset') resetConnection(response)
  else if ('stream' in response) endStream(ending, response)
  else if (ending.kind === 'raw') response.socket?.end(ending.bytes, () => response.destroy())
  else if (response.socket) response.destroy()
  // Behind an answer under way: one that is destroyed before its turn never gets one (Node 24).
  else response.once('socket', () => response.destroy())
}

/** ms that a client has to take the last words. */
const HEARING = 5_000

function tell(words: Uint8Array, response: Response): void {
  const late = setTimeout(() => response.destroy(), HEARING).unref()
  response.once('close', () => clearTimeout(late))
  ;(response as ServerResponse).end(words)
  if ('stream' in response) return
  const { socket } = response
  if (socket) socket.destroySoon()
  else response.once('socket', (turn) => setImmediate(() => turn.destroySoon()))
}

function endStream(ending: Ending, { stream }: Http2ServerResponse): void {
  if (ending.kind === 'goaway') {
    const { session } = stream
    session?.goaway(ending.code, stream.id ?? 0)
    // The session writes the frame in its own time. Streams are left as they are: it explains them.
    setImmediate(() => session?.socket.destroySoon())
  } else {
    stream.close(ending.kind === 'rst-stream' ? ending.code : constants.NGHTTP2_INTERNAL_ERROR)
  }
}

/**
 * Below TLS, only the TCP socket that carries it can be reset. One that is just sending its FIN can't
 * be before that is out: it would refuse, and never close.
 */
function resetConnection(response: Response): void {
  const carried = 'stream' in response ? response.stream.session?.socket : response.socket
  const { _parent: below } = (carried ?? {}) as { _parent?: Socket }
  const socket = below ?? carried
  if (socket?.writableEnded && !socket.writableFinished) {
    socket.once('finish', () => socket.resetAndDestroy())
  } else {
    socket?.resetAndDestroy()
  }
}
