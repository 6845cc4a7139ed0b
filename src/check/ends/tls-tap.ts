import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Endpoint } from '../subject/exchange.js'
import { TlsRecords } from './tls-records.js'

/** Relays a connection to a server, and reads on there when the client has closed its side. */
export class TlsTap implements AsyncDisposable {
  readonly records = new TlsRecords()
  readonly #server: Server = createServer({ allowHalfOpen: true })
  readonly #sockets: Socket[] = []
  readonly #ended: Promise<true>

  private constructor({ hostname, port }: URL) {
    const target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) }
    this.#ended = new Promise((resolve) => {
      this.#server.once('connection', (client) => {
        const server = connect({ ...target, allowHalfOpen: true })
        this.#sockets.push(client, server)
        client.on('error', () => {})
        client.on('data', (chunk) => server.write(chunk))
        server.on('data', (chunk) => {
          this.records.add(chunk)
          if (!client.destroyed) client.write(chunk)
        })
        server.on('end', () => client.end())
        server.on('error', () => client.destroy())
        for (const event of ['end', 'error', 'close']) server.on(event, () => resolve(true))
      })
    })
  }

  static async start(url: URL): Promise<TlsTap> {
    const tap = new TlsTap(url)
    tap.#server.listen(0, '127.0.0.1')
    await once(tap.#server, 'listening')
    return tap
  }

  get endpoint(): Endpoint {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port }
  }

  /** Whether the server ends its connection within so many ms. */
  async endsWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), ms)
    })
    const hasEnded = await Promise.race([this.#ended, late])
    clearTimeout(timer)
    return hasEnded
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
