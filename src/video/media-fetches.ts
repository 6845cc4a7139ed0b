import { fetchTransport } from '../client/platform/fetch-transport.js'
import { CLOCK } from '../client/read-policy.js'
import { mediaAnswer } from './media-answer.js'
import { type MediaRead, openBody } from './media-body.js'
import { askPinPermission, type PinPermission } from './pin-permission.js'
import { type MediaPin, pinOf } from './pinned-url.js'
import { isChanged, statusOf } from './read-report.js'
import { RecentFailures } from './recent-failures.js'
import { RetryWaker } from './retry-waker.js'
import { pageMessageOf, type ReadEvent, type WorkerMessage } from './worker-message.js'
import type { WorkerFetchEvent, WorkerMessageEvent, WorkerScope } from './worker-scope.js'

/** ms for another origin to say whether its requests may be pinned. */
const PERMISSION_WAIT = 5_000

/** Responds to the media requests of pages whose URLs have a pin. All others go to the network untouched. */
export class MediaFetches {
  readonly #waker = new RetryWaker()
  readonly #failures = new RecentFailures(CLOCK.now)
  /** URLs of other origins whose requests may be pinned. A worker is stopped often enough to bound it. */
  readonly #permitted = new Set<string>()
  #reads = 0

  constructor(private readonly scope: WorkerScope) {}

  listen(): void {
    const { scope } = this
    scope.addEventListener('fetch', (event) => this.#onFetch(event))
    scope.addEventListener('message', (event) => this.#onMessage(event))
    // Pages that were loaded before the first worker was installed have their media guarded too.
    scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
    scope.addEventListener('online', () => this.#waker.wake())
  }

  #onFetch(event: WorkerFetchEvent): void {
    const { method, mode, url } = event.request
    const pin = method === 'GET' && mode !== 'navigate' ? pinOf(url) : undefined
    if (pin !== undefined) event.respondWith(this.#respond(event, pin))
  }

  async #respond(event: WorkerFetchEvent, pin: MediaPin): Promise<Response> {
    const { request } = event
    const failed = this.#failures.of(request.url)
    if (failed !== undefined) return refusal(failed)
    const range = request.headers.get('range') ?? undefined
    const ifRange = request.headers.get('if-range') ?? undefined
    const { status, headers, slice } = mediaAnswer(pin, { range, ifRange })
    if (status === 416) return new Response(null, { status, headers })

    const url = request.url.replace(/#.*$/, '')
    const fetch = this.#fetchFor(request)
    if ((await this.#permission(url, pin, fetch, request.signal)) === 'denied') {
      return this.scope.fetch(request)
    }
    const read: MediaRead = { url, pin, slice }
    const port = {
      send: fetchTransport(fetch),
      clock: { ...CLOCK, wait: this.#waker.wait },
      chance: Math.random,
      post: this.#postFor(event),
      onFailure: (error: unknown) => this.#failures.add(request.url, failureStatus(error)),
    }
    const opened = await openBody(read, port, request.signal)
    if (opened.kind === 'failed') return refusal(failureStatus(opened.error))
    // Without `waitUntil`: Chromium stops a worker whose event has not ended after 5 minutes, but no open stream.
    return new Response(opened.body, { status, headers })
  }

  /** Whether requests of a URL may be pinned; asked of another origin until it has granted it. */
  async #permission(
    url: string,
    pin: MediaPin,
    fetch: WorkerScope['fetch'],
    signal: AbortSignal,
  ): Promise<PinPermission> {
    const isOwn = new URL(url).origin === this.scope.location.origin
    if (isOwn || this.#permitted.has(url)) return 'granted'
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PERMISSION_WAIT)])
    const permission = await askPinPermission(url, pin, fetch, limit)
    if (permission === 'granted') this.#permitted.add(url)
    return permission
  }

  /** Sends requests as the media element would, but in a way that the worker may read the responses. */
  #fetchFor({ url, mode, credentials }: Request): typeof fetch {
    const isOther = new URL(url).origin !== this.scope.location.origin
    // A media element without `crossorigin` sends cookies to other origins, whose responses it can't read.
    const sent = isOther && mode === 'no-cors' ? 'same-origin' : credentials
    return (url, init) => this.scope.fetch(url, { ...init, credentials: sent })
  }

  #postFor({ request: { url }, clientId }: WorkerFetchEvent): (event: ReadEvent) => void {
    this.#reads += 1
    const read = `${this.#reads}-${Math.random().toString(36).slice(2)}`
    const client = this.scope.clients.get(clientId).catch(() => undefined)
    return (event) => {
      const message: WorkerMessage = { lastbyte: 1, url, read, ...event }
      void client.then((client) => client?.postMessage(message))
    }
  }

  #onMessage(event: WorkerMessageEvent): void {
    const message = pageMessageOf(event.data)
    if (message === undefined || message.kind === 'ping') return
    // A page that was loaded again wants to try again, too.
    this.#failures.clear()
    if (message.kind === 'retry') this.#waker.wake()
    else {
      const here = () => event.ports[0]?.postMessage({ lastbyte: 1, kind: 'here' })
      event.waitUntil(this.scope.clients.claim().then(here, here))
    }
  }
}

/** 412 for another version, the status of a refusal, or 504 where the server has sent nothing in time. */
function failureStatus(error: unknown): number {
  if (isChanged(error)) return 412
  const status = statusOf(error)
  if (status === undefined) return 504
  return status >= 400 ? status : 502
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store' } })
}
