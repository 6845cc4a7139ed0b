import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** One response as the server sent it, also for clients that don't show their response headers. */
export interface SentResponse {
  readonly method: string
  readonly range: string | undefined
  readonly ifRange: string | undefined
  /** 0 if no status line was sent. */
  readonly status: number
  readonly etag: string | undefined
  readonly contentRange: string | undefined
  readonly contentLength: number | undefined
  /** The announced SHA-256 of the representation in base64. */
  readonly digest: string | undefined
}

interface StartedRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

const CHANNEL = 'http.server.request.start'

/** Records all responses of the server on this port. */
export class ResponseRecorder implements Disposable {
  readonly #starts: StartedRequest[] = []
  readonly #listen: (message: unknown) => void

  constructor(port: number) {
    this.#listen = (message) => {
      const start = message as StartedRequest
      if (start.request.socket.localPort === port) this.#starts.push(start)
    }
    subscribe(CHANNEL, this.#listen)
  }

  all(): SentResponse[] {
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
        digest: sha256Of(field('repr-digest')) ?? sha256Of(field('digest')),
      }
    })
  }

  [Symbol.dispose](): void {
    unsubscribe(CHANNEL, this.#listen)
  }
}

/** The base64 in `Repr-Digest: sha-256=:…:` or `Digest: SHA-256=…`. */
function sha256Of(field: string | undefined): string | undefined {
  return /^sha-256=:?([A-Za-z0-9+/=]+?):?$/i.exec(field ?? '')?.[1]
}

/** Whether a response had bytes of the file in its body. */
export function hasBody({ method, status }: SentResponse): boolean {
  return method === 'GET' && (status === 200 || status === 206)
}
