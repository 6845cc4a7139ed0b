import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** One answer as the server sent it: what a client that keeps its headers to itself was told. */
export interface Answer {
  readonly method: string
  readonly range: string | undefined
  readonly ifRange: string | undefined
  /** 0 where no status line was sent. */
  readonly status: number
  readonly etag: string | undefined
  readonly contentRange: string | undefined
  readonly contentLength: number | undefined
  /** The SHA-256 of the whole that it told, in base64, for clients that check by themselves. */
  readonly digest: string | undefined
}

interface Start {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

const CHANNEL = 'http.server.request.start'

/** Keeps all answers of the server on this port, from now on. */
export class Answers implements Disposable {
  readonly #starts: Start[] = []
  readonly #listen: (message: unknown) => void

  constructor(port: number) {
    this.#listen = (message) => {
      const start = message as Start
      if (start.request.socket.localPort === port) this.#starts.push(start)
    }
    subscribe(CHANNEL, this.#listen)
  }

  all(): Answer[] {
    return this.#starts.map(({ request, response }) => {
      const field = (name: string) => response.getHeader(name)?.toString()
      const length = field('content-length')
      return {
        method: request.method ?? '',
        range: request.headers.range,
        ifRange: request.headers['if-range']?.toString(),
        status: response.headersSent ? response.statusCode : 0,
        etag: field('etag'),
        contentRange: field('content-range'),
        contentLength: length === undefined ? undefined : Number(length),
        digest: sha256In(field('repr-digest')) ?? sha256In(field('digest')),
      }
    })
  }

  [Symbol.dispose](): void {
    unsubscribe(CHANNEL, this.#listen)
  }
}

/** Of `Repr-Digest: sha-256=:…:` or `Digest: SHA-256=…`. */
function sha256In(field: string | undefined): string | undefined {
  return /^sha-256=:?([A-Za-z0-9+/=]+?):?$/i.exec(field ?? '')?.[1]
}

/** Whether an answer carried bytes of the file. */
export function hasBody({ method, status }: Answer): boolean {
  return method === 'GET' && (status === 200 || status === 206)
}
