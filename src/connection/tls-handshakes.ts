import type { Server, Socket } from 'node:net'
import { type TLSSocket, Server as TlsServer } from 'node:tls'
import { LongTimer } from '../async/long-timer.js'
import type { CountRefusal } from './connection-refusal.js'

type Wrapping = TLSSocket & { readonly _parent?: Socket }

/**
 * Destroys the TCP connections whose TLS handshake fails or takes too long. Node only reports them
 * (`tlsClientError`) and leaves the socket to the listener, where it stays open if that writes a response: the
 * response waits for the end of the handshake.
 */
export class TlsHandshakes {
  /** TCP sockets whose handshake has not ended, with the timers that destroy them. */
  readonly #pending = new Map<Socket, LongTimer>()

  /** @param timeout ms */
  constructor(
    private readonly timeout: number,
    private readonly refused: CountRefusal = () => {},
  ) {}

  /** Watches the connections of a server, if it speaks TLS. */
  watch(server: Server): void {
    if (!(server instanceof TlsServer)) return
    server.on('connection', (socket: Socket) => this.#begin(socket))
    server.on('secureConnection', (socket: Wrapping) => this.#settle(socket._parent))
    server.on('tlsClientError', (_error: Error, socket: Wrapping) => {
      // One whose time is over fails too, when it is destroyed.
      if (socket._parent !== undefined && this.#pending.has(socket._parent)) {
        this.refused('handshake_failed')
      }
      this.#settle(socket._parent)
      socket.destroy()
      socket._parent?.destroy()
    })
  }

  /** Destroys the connections that have not finished their handshake. */
  destroyPending(): void {
    for (const socket of this.#pending.keys()) socket.destroy()
  }

  #begin(socket: Socket): void {
    const timer = new LongTimer(() => {
      this.#settle(socket)
      this.refused('handshake_timeout')
      socket.destroy()
    }, this.timeout).unref()
    this.#pending.set(socket, timer)
    socket.once('close', () => this.#settle(socket))
  }

  #settle(socket: Socket | undefined): void {
    if (socket === undefined) return
    this.#pending.get(socket)?.clear()
    this.#pending.delete(socket)
  }
}
