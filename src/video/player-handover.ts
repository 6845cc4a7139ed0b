import { type PlayerState, restorePlayer } from './player-state.js'

/** What a player with a loader of its own makes of a position: `refused`: its promise was rejected. */
export type HandoverPhase = 'none' | 'under-way' | 'refused'

/** Lets a player with a loader of its own load again, and keeps what its new source resets. */
export class PlayerHandover {
  #phase: HandoverPhase = 'none'
  #state: PlayerState | undefined
  #wantsPlay = false

  constructor(
    private readonly media: HTMLMediaElement,
    private readonly recover: (position: number) => unknown,
  ) {}

  get phase(): HandoverPhase {
    return this.#phase
  }

  async begin(state: PlayerState, wantsPlay: boolean): Promise<void> {
    this.#phase = 'under-way'
    this.#state = state
    this.#wantsPlay = wantsPlay
    try {
      await this.recover(state.position)
    } catch {
      // Players also reject a load that a later one has interrupted.
      if (this.#state === state && this.#phase === 'under-way') this.#phase = 'refused'
    }
  }

  /** The element has another source, and is paused. */
  onLoadStart(): void {
    if (this.#phase === 'under-way') this.#play()
  }

  /** The player sets the position by itself. */
  onMetadata(): void {
    if (this.#phase !== 'under-way' || this.#state === undefined) return
    this.#phase = 'none'
    restorePlayer(this.media, this.#state)
    this.#play()
  }

  end(): void {
    this.#phase = 'none'
    this.#state = undefined
  }

  #play(): void {
    if (this.#wantsPlay && this.media.paused) this.media.play().catch(() => {})
  }
}
