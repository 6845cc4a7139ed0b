/** The part of ServiceWorkerGlobalScope that the worker uses. Its types conflict with those of a page. */
export interface WorkerScope {
  readonly location: { readonly origin: string }
  readonly fetch: typeof fetch
  readonly clients: {
    get(id: string): Promise<{ postMessage(message: unknown): void } | undefined>
    claim(): Promise<void>
  }
  addEventListener(type: 'fetch', listener: (event: WorkerFetchEvent) => void): void
  addEventListener(type: 'message', listener: (event: WorkerMessageEvent) => void): void
  addEventListener(type: 'activate', listener: (event: WaitingEvent) => void): void
  addEventListener(type: 'online', listener: () => void): void
}

/** An event whose worker must not be stopped before a promise is settled. */
export interface WaitingEvent {
  waitUntil(promise: Promise<unknown>): void
}

export interface WorkerFetchEvent {
  readonly request: Request
  /** The page that sent the request. */
  readonly clientId: string
  respondWith(response: Promise<Response>): void
}

export interface WorkerMessageEvent extends WaitingEvent {
  readonly data: unknown
  readonly ports: readonly { postMessage(message: unknown): void }[]
}
