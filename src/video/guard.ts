import type { GuardOptions } from './guard-options.js'
import { settleGuardOptions } from './guard-settings.js'
import type { GuardState } from './guard-state.js'
import { StatusView } from './status-view.js'
import { Supervisor } from './supervisor.js'

/**
 * What `guard` returns: keeps a media element alive until it is released.
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

/**
 * Keeps a `<video>` or `<audio>` playing through failures of its server and network.
 *
 * @throws LastbyteError BAD_SETTING for an unknown or invalid option
 */
export function guard(media: HTMLMediaElement, options?: GuardOptions): Guard {
  const settings = settleGuardOptions(options)
  guarded.get(media)?.release()
  const view = new StatusView(media, settings, (choice) =>
    choice === 'retry' ? supervisor.wake() : supervisor.startNew(),
  )
  const { defaultView: window } = media.ownerDocument
  const supervisor = new Supervisor(media, settings, view, {
    fetch: settings.fetch,
    now: Date.now,
    chance: Math.random,
    origin: location.origin,
    window: window ?? globalThis,
  })
  const created: Guard = {
    get state() {
      return supervisor.state
    },
    retry: () => supervisor.wake(),
    startNew: () => supervisor.startNew(),
    release: () => {
      supervisor.release()
      guarded.delete(media)
    },
  }
  guarded.set(media, created)
  return created
}
