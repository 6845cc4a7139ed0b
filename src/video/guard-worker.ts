import type { MediaVersion } from './media-version.js'
import { pinnedUrl, unpinnedUrl } from './pinned-url.js'
import type { RegisteredWorker } from './register-worker.js'
import type { WorkerMessage } from './worker-message.js'

export interface GuardWorkerListener {
  /** A worker responds to requests from now on. */
  ready(): void
  message(message: WorkerMessage): void
}

/** The service worker of one guarded element, as soon as there is one. */
export class GuardWorker {
  #worker: Extract<RegisteredWorker, { kind: 'controlling' }> | undefined
  #stop: (() => void) | undefined
  #isReleased = false

  constructor(
    registered: Promise<RegisteredWorker>,
    private readonly times: { readonly retryFor: number; readonly stall: number },
    listener: GuardWorkerListener,
  ) {
    registered.then((worker) => {
      if (worker.kind !== 'controlling' || this.#isReleased) return
      this.#worker = worker
      this.#stop = worker.onMessage((message) => listener.message(message))
      listener.ready()
    })
  }

  /** Whether it is there. */
  get isReady(): boolean {
    return this.#worker !== undefined
  }

  /** The URL by which a file of this version is loaded. */
  urlOf(url: string, version: MediaVersion | undefined): string {
    const { etag, size, modified, type } = version ?? {}
    const isPinnable = etag?.startsWith('"') || (etag === undefined && isSettled(modified))
    if (!this.isReady || size === undefined || !isPinnable) return unpinnedUrl(url)
    const { retryFor, stall } = this.times
    return pinnedUrl(url, {
      size,
      etag,
      lastModified: modified,
      type,
      retryFor: Number.isSafeInteger(retryFor) ? retryFor : undefined,
      stall,
    })
  }

  /** Ends the waits of its reads. */
  retry(): void {
    this.#worker?.retry()
  }

  release(): void {
    this.#isReleased = true
    this.#stop?.()
  }
}

/** A version whose date is younger may be followed by another one of the same second (RFC 9110 §8.8.2.2). */
const SETTLED = 60_000
/** Older dates are placeholders that every version has. */
const FIRST_DATE = Date.UTC(1991, 0)

/** Whether a date alone identifies a version. */
function isSettled(modified: string | undefined): boolean {
  const date = Date.parse(modified ?? '')
  return date >= FIRST_DATE && Date.now() - date >= SETTLED
}
