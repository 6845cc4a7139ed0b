import type { ServerHttp2Session } from 'node:http2'
import type { Server, Socket } from 'node:net'
import { receiveTime } from '../async/receive-time.js'

/** ms between two looks at the connections of all sessions. */
const PERIOD = 5_000

/** The ms after which the connection of a destroyed session is closed, by the bytes that were written to it. */
type Patience = (written: number) => number

/**
 * Closes connections of HTTP/2 that node:http2 keeps without end, with their streams:
 * - The client has reset it while its session waited for a write: node:http2 does not read then, and of a write that
 *   fails over TLS it learns nothing (Node 20 to 24).
 * - Its session was destroyed while its client did not read: node:http2 waits until it does. A session is destroyed for a
 *   flood or a timeout, but also after its last response, of which a slow client receives megabytes from the kernel.
 */
export class LostSessions {
  readonly #connections = new Set<Connection>()
  #timer: NodeJS.Timeout | undefined

  /** @param period ms */
  constructor(
    private readonly period = PERIOD,
    private readonly patience: Patience = receiveTime,
  ) {}

  watch(server: Server): void {
    server.on('session', (session: ServerHttp2Session) => {
      // It returns the socket itself. `session.socket` is of no use once the session is destroyed.
      const socket = session.socket.once('close', () => this.#connections.delete(connection))
      const connection = new Connection(session, socket)
      this.#connections.add(connection)
      this.#timer ??= setInterval(() => this.#look(), this.period).unref()
    })
  }

  #look(): void {
    const now = performance.now()
    for (const connection of this.#connections) connection.look(now, this.patience)
    if (this.#connections.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/** What sockets of Node have, but not their types. */
interface Layered extends Socket {
  readonly _handle?: { getpeername?(name: object): number } | null
  /** The socket of TCP below one of TLS. */
  readonly _parent?: Socket | null
}

class Connection {
  /** When the session was seen destroyed first. */
  #destroyedAt: number | undefined

  constructor(
    private readonly session: ServerHttp2Session,
    private readonly socket: Layered,
  ) {}

  look(now: number, patience: Patience): void {
    const { session, socket } = this
    const isOver =
      this.#destroyedAt !== undefined && now - this.#destroyedAt > patience(socket.bytesWritten)
    // One of TLS would wait until it has said that it closes.
    if (this.#isReset || isOver) (socket._parent ?? socket).destroy()
    if (session.destroyed) this.#destroyedAt ??= now
  }

  /** Whether the kernel has no connection any more, which it tells also while nothing is read. */
  get #isReset(): boolean {
    return Number(this.socket._handle?.getpeername?.({})) < 0
  }
}
