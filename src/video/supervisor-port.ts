import type { GuardState } from './guard-state.js'
import type { RegisteredWorker } from './register-worker.js'

/** What a supervisor shows. */
export interface SupervisorView {
  /** Keeps the current frame, where the element has one. */
  keep(): void
  /** Lays the current frame, or else the kept one, over the element. */
  cover(): void
  uncover(): void
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
