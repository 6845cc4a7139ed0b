import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { Server } from 'node:net'
import { receiveTime } from '../async/receive-time.js'
import type { CountRefusal } from './connection-refusal.js'

/** Part of the timeout after which a session is checked. */
const CHECKS_PER_TIMEOUT = 4
const LONGEST_PERIOD = 5_000

/**
 * Ends HTTP/2 connections that have begun a header section and don't complete it. Node doesn't report the parts of a
 * frame, or a HEADERS frame without END_HEADERS. But a client within it can send nothing else (RFC 9113 §4.3), so it
 * can't acknowledge a PING. A connection without a stream gets one, and is closed if it does not respond in time.
 */
export class Http2Liveness {
  readonly #period: number

  /** @param timeout ms */
  constructor(
    private readonly timeout: number,
    private readonly refused: CountRefusal = () => {},
  ) {
    this.#period = Math.min(LONGEST_PERIOD, timeout / CHECKS_PER_TIMEOUT)
  }

  watch(server: Server): void {
    server.on('session', (session: ServerHttp2Session) => {
      const state = new SessionState(session, this.timeout, this.#period, this.refused)
      const timer = setInterval(() => state.check(), this.#period).unref()
      session.once('close', () => clearInterval(timer))
    })
  }
}

class SessionState {
  #openStreams = 0
  /** ms for which a PING has not been acknowledged; undefined: none was sent. */
  #waited: number | undefined
  /** Bytes that had been received when the last PING was acknowledged. */
  #answeredAt = -1

  constructor(
    private readonly session: ServerHttp2Session,
    private readonly timeout: number,
    private readonly period: number,
    private readonly refused: CountRefusal,
  ) {
    session.on('stream', (stream: ServerHttp2Stream) => {
      this.#openStreams += 1
      // A header section was complete.
      if (this.#waited !== undefined) this.#waited = 0
      stream.once('close', () => {
        this.#openStreams -= 1
      })
    })
  }

  check(): void {
    const { session } = this
    if (session.destroyed || this.#openStreams > 0) return
    if (this.#waited === undefined) {
      if (session.socket.bytesRead !== this.#answeredAt) this.#ping()
      return
    }
    this.#waited += this.period
    // The PING is behind what the kernel has not sent of earlier responses.
    if (this.#waited > this.timeout + receiveTime(session.socket.bytesWritten)) {
      this.refused('http2_silent')
      session.destroy(undefined, constants.NGHTTP2_NO_ERROR)
    }
  }

  #ping(): void {
    const { session } = this
    this.#waited = 0
    session.ping((error) => {
      if (error) return
      this.#waited = undefined
      this.#answeredAt = session.socket.bytesRead
    })
  }
}
