/** A change of the read that the worker responds to a media request with. Positions are of the whole file. */
export type ReadEvent =
  /** The browser has requested the bytes `[start, end)` of `size`. */
  | { readonly kind: 'opened'; readonly start: number; readonly end: number; readonly size: number }
  /** The bytes `[start, end)` have arrived, by this attempt: 1 for the first one. At most four a second. */
  | {
      readonly kind: 'received'
      readonly start: number
      readonly end: number
      readonly attempt: number
    }
  /** The attempt has failed at byte `offset`. The next one follows after `wait` ms. */
  | {
      readonly kind: 'interrupted'
      readonly offset: number
      readonly reason: string
      /** ms */
      readonly wait: number
      /** Failed attempts since the last received byte. */
      readonly tries: number
    }
  /** A later attempt continues at byte `offset`. */
  | { readonly kind: 'resumed'; readonly offset: number; readonly attempt: number }
  /** The server has another version now. `current`: its entity tag, if the response had one. */
  | { readonly kind: 'changed'; readonly pinned: string; readonly current: string | undefined }
  /** No attempt has succeeded in time, or none can. `status`: that of the last response, if there was one. */
  | { readonly kind: 'gave-up'; readonly reason: string; readonly status: number | undefined }
  /** The last event of the read: it is complete, cancelled by a seek, or failed. */
  | { readonly kind: 'closed' }

/** What the worker posts to the page of a media request. */
export type WorkerMessage = {
  /** Marks messages of this worker, in the version of their form. */
  readonly lastbyte: 1
  /** The URL of the request with its pin: the `currentSrc` of the media element. */
  readonly url: string
  /** Distinguishes the reads of one URL. */
  readonly read: string
} & ReadEvent

/** What a page posts to the worker. */
export type PageMessage =
  /** Responds with `{ lastbyte: 1, kind: 'here' }` on the port of the message, and takes control of the page. */
  | { readonly lastbyte: 1; readonly kind: 'claim' }
  /** Ends all waits for the next attempt, and forgets reads that have ended. */
  | { readonly lastbyte: 1; readonly kind: 'retry' }
  /** Keeps the worker alive; no more than an event. */
  | { readonly lastbyte: 1; readonly kind: 'ping' }

/** The data of a message event, if it is a message of the worker about a read. */
export function workerMessageOf(data: unknown): WorkerMessage | undefined {
  return isOurs(data) && typeof data.url === 'string' && typeof data.read === 'string'
    ? (data as WorkerMessage)
    : undefined
}

/** The data of a message event, if it is a message of a page to the worker. */
export function pageMessageOf(data: unknown): PageMessage | undefined {
  return isOurs(data) && ['claim', 'retry', 'ping'].includes(String(data.kind))
    ? (data as unknown as PageMessage)
    : undefined
}

function isOurs(data: unknown): data is Readonly<Record<string, unknown>> {
  return (
    typeof data === 'object' && data !== null && (data as { lastbyte?: unknown }).lastbyte === 1
  )
}
