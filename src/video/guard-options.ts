import type { GuardState } from './guard-state.js'
import type { WorkerMessage } from './worker-message.js'

/**
 * Options of `guard`. Each may be left out.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import type { GuardOptions } from 'lastbyte/video'
 *
 * const options: GuardOptions = { retryFor: '30m', stall: 15_000, status: 'none' }
 * assert.equal(options.retryFor, '30m')
 * ```
 */
export interface GuardOptions {
  /**
   * How long to try without progress: ms, or a text such as `90s`, `10m` or `1h`. The time that the device
   * sleeps doesn't count. Default 10 minutes.
   */
  readonly retryFor?: number | string | undefined
  /** ms without data, while it should play, after which a connection counts as stalled. Default 10,000. */
  readonly stall?: number | undefined
  /**
   * Where a person reads what happens: `overlay`, over the element; an element of the page, whose text is
   * set; `none`. Default `overlay`.
   */
  readonly status?: 'overlay' | 'none' | HTMLElement | undefined
  /**
   * The service worker that answers the requests of the element with one version: `auto`, the one of the
   * lastbyte server that the guard was loaded from; the URL of its script; `off`. Default `auto`.
   */
  readonly worker?: 'auto' | 'off' | (string & {}) | undefined
  /** Called with each new state. */
  readonly onState?: ((state: GuardState) => void) | undefined
  /** Called with what the service worker reads: which bytes have arrived, by which attempt. */
  readonly onEvent?: ((event: WorkerMessage) => void) | undefined
  /**
   * Makes a player with a loader of its own (hls.js, dash.js) load again at a position in s, where the
   * element's source is a `blob:`. A promise that it returns and that is rejected counts as a failed attempt.
   * Default: the element loads its URL again.
   */
  readonly recover?: ((position: number) => unknown) | undefined
  /**
   * The URL of the playlist or manifest, where `recover` is given: a request for its first byte shows that the
   * server is back. Its version isn't compared, as playlists change. Default: `recover` is called to find out.
   */
  readonly source?: string | undefined
  /** Requests whether the server is back. Default: the browser's `fetch`. */
  readonly fetch?: typeof fetch | undefined
}
