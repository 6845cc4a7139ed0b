import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { ReaderHistory, ReceivedEvent } from './history.js'

/** ms before a reader connects again. */
const RETRY = 25

/** A reader as a browser's EventSource: it connects again after any end, with the last id that it has received. */
export class StreamReader {
  readonly events: ReceivedEvent[] = []
  connections = 0
  #lastEventId = ''
  #socket: Socket | undefined
  #ending: string | undefined

  /** @param portOf chooses a server for each connection */
  constructor(
    private readonly name: string,
    private readonly path: string,
    private readonly portOf: () => number,
  ) {}

  get last(): number {
    return this.events.at(-1)?.n ?? 0
  }

  /** Breaks the connection. */
  cut(): void {
    this.#socket?.destroy(new Error('cut'))
  }

  /** Reads until the stream ends, or the signal is aborted. */
  async run(signal: AbortSignal): Promise<ReaderHistory> {
    while (this.#ending === undefined && !signal.aborted) {
      await this.#connect(signal).catch(() => {})
      if (this.#ending === undefined) await delay(RETRY)
    }
    return { reader: this.name, events: this.events, ending: this.#ending ?? 'a time limit' }
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const socket = connect(this.portOf(), '127.0.0.1')
    this.#socket = socket
    this.connections += 1
    // Without an error, nothing would tell those who wait for a connection.
    const stop = () => socket.destroy(new Error('the time is over'))
    socket.on('error', () => {})
    signal.addEventListener('abort', stop)
    try {
      await once(socket, 'connect')
      const position = this.#lastEventId === '' ? '' : `Last-Event-ID: ${this.#lastEventId}\r\n`
      // HTTP/1.0: the body is not chunked, and ends with the connection.
      socket.write(`GET ${this.path} HTTP/1.0\r\nAccept: text/event-stream\r\n${position}\r\n`)
      await this.#read(socket)
    } finally {
      signal.removeEventListener('abort', stop)
      socket.destroy()
    }
  }

  async #read(socket: Socket): Promise<void> {
    let head = ''
    const parser = createParser({ onEvent: (event) => this.#take(event) })
    let isBody = false
    for await (const chunk of socket.setEncoding('utf8') as AsyncIterable<string>) {
      if (isBody) {
        parser.feed(chunk)
        continue
      }
      head += chunk
      const end = head.indexOf('\r\n\r\n')
      if (end === -1) continue
      const status = Number(head.split(' ')[1])
      if (status === 204) this.#ending ??= 'a 204 without the end'
      if (status !== 200) return
      isBody = true
      parser.feed(head.slice(end + 4))
    }
  }

  #take({ id, event, data }: EventSourceMessage): void {
    if (id !== undefined) this.#lastEventId = id
    if (event === 'tick') {
      this.events.push({ id: id ?? '', ...JSON.parse(data) })
      return
    }
    if (event === 'end') this.#ending = 'end'
    if (event === 'error' && !JSON.parse(data).retryable) this.#ending = `an error: ${data}`
  }
}
