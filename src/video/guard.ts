import type { GuardOptions } from './guard-options.js'
import { settleGuardOptions } from './guard-settings.js'
import type { GuardState } from './guard-state.js'
import { type RegisteredWorker, registerWorker, workerBeside } from './register-worker.js'
import { StatusView } from './status-view.js'
import { Supervisor } from './supervisor.js'

/**
 * What `guard` returns.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import type { Guard } from 'lastbyte/video'
 *
 * const isHealthy = ({ state }: Guard) => state.kind === 'playing' || state.kind === 'idle'
 * assert.equal(typeof isHealthy, 'function')
 * ```
 */
export interface Guard {
  /** What happens now. */
  readonly state: GuardState
  /** Tries at once, also after it gave up. */
  retry(): void
  /** Plays the new version from its start, after the state `changed`. */
  startNew(): void
  /** Leaves the element to itself, as it is. */
  release(): void
}

/** Two guards of one element would load it twice. */
const guarded = new WeakMap<HTMLMediaElement, Guard>()

export function isGuarded(media: HTMLMediaElement): boolean {
  return guarded.has(media)
}

/**
 * Keeps a `<video>` or `<audio>` playing through failures of its server and network. A second call for the
 * same element replaces the first guard.
 *
 * @throws LastbyteError BAD_SETTING for an unknown or invalid option
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { guard } from 'lastbyte/video'
 *
 * // In a page; Node has no elements.
 * const play = (video: HTMLVideoElement) =>
 *   guard(video, { retryFor: '30m', onState: (state) => console.log(state.kind) })
 * assert.throws(() => guard({} as HTMLVideoElement, { stall: -1 }), { code: 'BAD_SETTING' })
 * assert.equal(typeof play, 'function')
 * ```
 */
export function guard(media: HTMLMediaElement, options?: GuardOptions): Guard {
  const settings = settleGuardOptions(options)
  guarded.get(media)?.release()
  const window = media.ownerDocument.defaultView ?? globalThis.window
  const view = new StatusView(media, settings, (choice) =>
    choice === 'retry' ? supervisor.wake() : supervisor.startNew(),
  )
  const supervisor = new Supervisor(media, settings, view, {
    worker: workerOf(window, settings.worker),
    now: Date.now,
    chance: Math.random,
    origin: window.location.origin,
    window,
  })
  const created: Guard = {
    get state() {
      return supervisor.state
    },
    retry: () => supervisor.wake(),
    startNew: () => supervisor.startNew(),
    release: () => {
      supervisor.release()
      // A second guard may have replaced this one.
      if (guarded.get(media) === created) guarded.delete(media)
    },
  }
  guarded.set(media, created)
  return created
}

/** @param chosen `off`, or the URL of the script */
async function workerOf(window: Window, chosen: string | undefined): Promise<RegisteredWorker> {
  const page = window.document.baseURI
  const script = chosen === undefined ? workerBeside(import.meta.url) : new URL(chosen, page).href
  if (chosen === 'off' || script === undefined)
    return { kind: 'unavailable', reason: 'none is chosen' }
  return registerWorker(() => window.navigator.serviceWorker, {
    script,
    page: window.location.href,
    vendor: window.navigator.vendor,
  })
}
