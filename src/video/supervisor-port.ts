import type { Cover } from './first-frame.js'
import type { GuardState } from './guard-state.js'
import type { RegisteredWorker } from './register-worker.js'

/** What a supervisor shows. */
export interface SupervisorView extends Cover {
  show(state: GuardState): void
}

/** What a supervisor needs of its page. */
export interface SupervisorPort {
  readonly worker: Promise<RegisteredWorker>
  /** ms since the epoch. */
  readonly now: () => number
  /** From 0 to 1. */
  readonly chance: () => number
  /** The origin of the page. */
  readonly origin: string
  /** The window of the element: its events tell that the network is back. */
  readonly window: EventTarget
}
