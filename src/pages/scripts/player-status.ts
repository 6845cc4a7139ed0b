import type { GuardState } from '../../video/index.js'

/** ms for which the line tells of what the user has changed. */
const MESSAGE = 4_000

const REASONS: Readonly<Record<number, string>> = {
  1: 'Stopped.',
  2: 'The connection was lost and did not come back.',
  3: 'The file can’t be decoded: it may have changed while it played. Reload the page.',
  4: 'This browser can’t play the file, or it is gone.',
}

/** The members of a media element that the line depends on. */
export type ToldMedia = Pick<
  HTMLMediaElement,
  'error' | 'ended' | 'readyState' | 'paused' | 'currentTime' | 'addEventListener'
> & { readonly buffered: Pick<TimeRanges, 'length' | 'start' | 'end'> }

/** What the player does, in words. */
export function stateText(media: Omit<ToldMedia, 'addEventListener'>): string {
  if (media.error !== null) return REASONS[media.error.code] ?? 'Failed.'
  if (media.ended) return 'Played to the end.'
  if (media.readyState < 3 && !media.paused) return 'Waiting for data …'
  return media.readyState === 0 ? '' : `${Math.round(secondsAhead(media))} s ahead`
}

/** Seconds by which a film may begin later than its position 0. */
const LATE_START = 0.5

function secondsAhead({
  buffered,
  currentTime,
}: Pick<ToldMedia, 'buffered' | 'currentTime'>): number {
  for (let index = 0; index < buffered.length; index += 1) {
    const [start, end] = [buffered.start(index), buffered.end(index)]
    if (start - LATE_START <= currentTime && currentTime <= end) return end - currentTime
  }
  return 0
}

/**
 * What the guard does, beside what it says over the player; undefined while nothing is wrong.
 *
 * @param now ms since the epoch
 */
export function outageText(state: GuardState, now: number): string | undefined {
  switch (state.kind) {
    case 'idle':
    case 'playing':
      return undefined
    case 'reconnecting': {
      const { attempt, since, nextTry } = state
      const seconds = (ms: number) => `${Math.max(0, Math.round(ms / 1000))} s`
      const next = nextTry === undefined ? 'running' : `in ${seconds(nextTry - now)}`
      return `No connection for ${seconds(now - since)}: attempt ${attempt} ${next}`
    }
    case 'changed':
      return `The server has another version: ${state.current}, not ${state.pinned}`
    case 'gave-up':
      return 'Stopped trying.'
  }
}

/** The line below the player: its state, and for a moment what the user has changed. */
export class StatusLine {
  #until = 0
  #final: string | undefined
  #guard: GuardState = { kind: 'idle' }

  constructor(
    private readonly line: Pick<HTMLElement, 'textContent' | 'setAttribute'>,
    private readonly media: ToldMedia,
    private readonly now: () => number = Date.now,
  ) {
    const events = [
      'error',
      'ended',
      'waiting',
      'playing',
      'pause',
      'progress',
      'timeupdate',
      'seeked',
    ]
    for (const event of events) media.addEventListener(event, () => this.show())
  }

  /** Tells of something for a moment. */
  say(text: string): void {
    this.#until = this.now() + MESSAGE
    this.#write(text)
  }

  /** Tells from now on that and why the file is not played. */
  fail(reason: string): void {
    this.#final = reason
    this.#write(reason)
  }

  /** Takes the state of the guard, which announces it over the player: the line must not announce it again. */
  guard(state: GuardState): void {
    this.#guard = state
    const isOutage = outageText(state, this.now()) !== undefined
    this.line.setAttribute('aria-live', isOutage ? 'off' : 'polite')
    this.show()
  }

  show(): void {
    const { error, ended } = this.media
    const outage = outageText(this.#guard, this.now())
    const isUrgent = error !== null || ended || outage !== undefined
    if (this.#final !== undefined) return
    if (isUrgent || this.now() >= this.#until) this.#write(outage ?? stateText(this.media))
  }

  /** A text that stays the same is not announced again. */
  #write(text: string): void {
    if (this.line.textContent !== text) this.line.textContent = text
  }
}
