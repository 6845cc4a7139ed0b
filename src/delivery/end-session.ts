import type { Http2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { receiveTime } from '../async/receive-time.js'

/** ms between two looks at what a session has to write. */
const LOOK = 10
/** ms in which a client must close the connection, besides those in which a slow one receives what was written. */
const PATIENCE = 30_000
/** Marks a session that ends. */
const ENDING = Symbol('lastbyte.ending')

/**
 * Sends a GOAWAY frame behind all that was written, and ends the connection. To close it before the client has, with
 * frames of the client unread, would send RST, after which the client loses what it has not received (RFC 9112 §9.6).
 *
 * @param lastStream the identifier of the last stream that the server has processed
 */
export function endSession(session: Http2Session, code: number, lastStream: number): void {
  session.goaway(code, lastStream)
  if (ENDING in session) return
  Object.assign(session, { [ENDING]: true })
  const longest = PATIENCE + receiveTime(session.socket.bytesWritten)
  const timer = setTimeout(() => socket.destroy(), longest).unref()
  // `session.socket` has no `end`; the socket itself does.
  const socket = session.socket.once('close', () => clearTimeout(timer))
  const endOnceWritten = () => {
    if (session.destroyed) return
    if (isWritten(session, socket)) socket.end()
    else setTimeout(endOnceWritten, LOOK).unref()
  }
  setImmediate(endOnceWritten)
}

/**
 * Whether the kernel has accepted all frames of a session. node:http2 has no callback for that: it writes a frame in a
 * later turn, or after a write that waits for the client.
 */
function isWritten({ state }: Http2Session, socket: Socket): boolean {
  // Of TLS, the bytes that are encrypted, and not yet accepted by the socket below.
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: number } | null }
  return !state.outboundQueueSize && !handle?.writeQueueSize
}
