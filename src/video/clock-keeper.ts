import { type Cover, FirstFrame } from './first-frame.js'
import { WaitWatch } from './wait-watch.js'

const HAVE_FUTURE_DATA = 3

/** ms without a new position, or of a wait for data, in which the clock of an element runs away. */
const STUCK = 400
/** s that it must have played since the last time, as its begin looks the same. */
const LEAST_PLAYED = 0.1
/** s by which the position after a wait is ahead of that before, where the clock did not stop: two frames. */
const AHEAD = 0.1

interface Place {
  /** s. */
  readonly position: number
  /** ms. */
  readonly since: number
}

/**
 * Sets the clock of an element that runs ahead, by a seek: Firefox doesn't always stop it while there is no data, and
 * then skips as much as the wait was long.
 */
export class ClockKeeper {
  #last: Place = { position: -1, since: 0 }
  #wait: Place | undefined
  /** s: where the clock was found running last. */
  #setAt = Number.NEGATIVE_INFINITY
  readonly #frame: FirstFrame
  readonly #watch: WaitWatch

  constructor(
    private readonly media: HTMLMediaElement,
    picture: Cover,
  ) {
    this.#frame = new FirstFrame(media, picture)
    this.#watch = new WaitWatch(media)
  }

  /** Begins with another load. */
  reset(): void {
    this.#endWait()
    this.#frame.cancel()
    this.#setAt = this.media.currentTime
  }

  /** Takes an event, `now` in ms. */
  note(type: string, now: number): void {
    this.#follow(now)
    this.#frame.note(type)
    const { seeking, currentTime: position, playbackRate } = this.media
    if (type === 'waiting' && !seeking) this.#beginWait({ position, since: now })
    if (/^(seeking|emptied|pause|ended|ratechange|error)$/.test(type)) this.#endWait()
    if (type !== 'canplay' && type !== 'playing') return
    // Nobody has looked during the wait, and its position may be that of before.
    this.#last = { position, since: now }
    const wait = this.#wait
    const resumed = this.#endWait()
    // On a busy machine this event may arrive before that of a seek that has moved the position.
    if (wait === undefined || now - wait.since < STUCK || seeking) return
    const most = ((now - wait.since) / 1_000) * playbackRate
    const ahead = position - wait.position
    if (ahead > most + AHEAD) return
    const played = ((performance.now() - resumed) / 1_000) * playbackRate
    if (ahead > played + AHEAD) this.media.currentTime = wait.position
    else this.#frame.expect(wait.position, most, resumed)
  }

  /** Takes the arrival of data, where the element may not have noticed that it had none. `now` in ms. */
  dataArrived(now: number): void {
    this.#follow(now)
    const { currentTime } = this.media
    const isStuck = now - this.#last.since >= STUCK
    if (!isStuck || currentTime - this.#setAt < LEAST_PLAYED) return
    this.#setAt = currentTime
    this.media.currentTime = currentTime
  }

  #beginWait(place: Place): void {
    if (this.#wait === undefined) this.#watch.begin()
    this.#wait ??= place
    this.#frame.keep()
  }

  /** @returns when the element was last seen to wait, at most 1 s ago, in ms of `performance.now()` */
  #endWait(): number {
    this.#wait = undefined
    return this.#watch.end()
  }

  #follow(now: number): void {
    const { currentTime: position, paused, ended, seeking, readyState } = this.media
    const stopped = paused || ended || seeking || readyState < HAVE_FUTURE_DATA
    if (stopped || position !== this.#last.position) this.#last = { position, since: now }
  }
}
