import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Endpoint } from './exchange.js'

/** How a connection is cut. `stall`: it stays open, and nothing is read from it any more. */
export const CUTS = ['fin', 'rst', 'stall'] as const
export type Cut = (typeof CUTS)[number]

/** Bytes that are read from the server at once: few, so that a cut comes soon after the byte that it follows. */
const BLOCK = 4096

/**
 * Relays connections to a server, and cuts them. It relays the bytes as they are, so that it serves for TLS and HTTP/2
 * as well; the client, which reads the body, says when.
 */
export class CutRelay implements AsyncDisposable {
  readonly #server: Server
  readonly #target: Endpoint
  readonly #sockets = new Set<Socket>()
  #pairs: { readonly client: Socket; readonly server: Socket }[] = []

  private constructor(target: Endpoint) {
    this.#target = target
    this.#server = createServer({ allowHalfOpen: true })
    this.#server.on('connection', (client) => this.#join(client))
  }

  /** Starts a relay to the host and port of a URL. */
  static async start({ hostname, port, protocol }: URL): Promise<CutRelay> {
    const relay = new CutRelay({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || (protocol === 'https:' ? 443 : 80)),
    })
    relay.#server.listen(0, '127.0.0.1')
    await once(relay.#server, 'listening')
    return relay
  }

  /** Where clients connect to. */
  get endpoint(): Endpoint {
    const { port } = this.#server.address() as AddressInfo
    return { host: '127.0.0.1', port, isRelay: true }
  }

  /** Cuts all connections: the server's by FIN, RST or stall, the client's at once. */
  cut(how: Cut): void {
    for (const { client, server } of this.#pairs) {
      client.destroy()
      CUTTERS[how](server)
    }
    this.#pairs = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A connection that the system had accepted before may still arrive.
    this.#server.removeAllListeners('connection').on('connection', (late) => late.destroy())
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: Socket): void {
    const server = connect({
      ...this.#target,
      allowHalfOpen: true,
      onread: {
        buffer: Buffer.alloc(BLOCK),
        callback(length, block) {
          // The next block is read when the client has had its turn to read this one, and to cut after it.
          const resume = () => setImmediate(() => server.resume())
          client.write(Buffer.from(block.subarray(0, length)), resume)
          return false
        },
      },
    })
    const pair = { client, server }
    this.#pairs.push(pair)
    this.#watch(client, server)
    this.#watch(server, client)
    client.on('data', (chunk) => server.write(chunk))
    client.on('end', () => server.end())
    server.on('end', () => client.end())
  }

  /** Ends the other connection as this one ended, unless the pair was cut. */
  #watch(socket: Socket, other: Socket): void {
    const isJoined = () => this.#pairs.some(({ client }) => client === socket || client === other)
    this.#sockets.add(socket)
    socket.on('error', () => {
      if (isJoined()) other.resetAndDestroy()
    })
    socket.on('close', () => {
      this.#sockets.delete(socket)
      if (!isJoined()) return
      this.#pairs = this.#pairs.filter(({ client }) => client !== socket && client !== other)
      other.destroy()
    })
  }
}

const CUTTERS: Readonly<Record<Cut, (server: Socket) => void>> = {
  fin: (server) => server.end(() => server.destroy()),
  rst: (server) => server.resetAndDestroy(),
  stall: (server) => server.pause(),
}
