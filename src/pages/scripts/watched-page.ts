import { forgetToken, keepToken, type TokenPlace, takeToken } from './access-token.js'
import { type WatchState, watchEvents } from './watch-events.js'

/** The elements of a page that follows the server. */
export interface WatchedElements {
  readonly state: HTMLElement
  readonly live: HTMLElement
  readonly access: HTMLFormElement
  readonly accessError: HTMLElement
  readonly input: HTMLInputElement
}

/** Which events a page follows. */
export interface Followed {
  readonly url: string
  /** ms without a byte after which the connection counts as broken. */
  readonly stall: number
  event(data: string): void
}

const WRONG_TOKEN =
  'This is not the token of this server. Without a given one, each start draws another.'
const NOT_LOCAL = 'This server shows it to this computer without a token, but not to this request.'

/** The connection of a page to the server: its token, which it asks for where it is refused, and its events. */
export class WatchedPage {
  #token: string | undefined
  #lastEventId: string | undefined
  #reading = new AbortController()

  constructor(
    private readonly place: TokenPlace,
    private readonly elements: WatchedElements,
    private readonly followed: Followed,
    private readonly watch = watchEvents,
  ) {
    this.#token = takeToken(place)
    elements.access.addEventListener('submit', (event) => {
      event.preventDefault()
      this.#token = elements.input.value.trim()
      elements.input.value = ''
      keepToken(place, this.#token)
      this.say('Connecting …')
      this.follow()
    })
  }

  /** undefined where the page needs none, or has none yet. */
  get token(): string | undefined {
    return this.#token
  }

  /** Tells people what happens, once. */
  say(text: string): void {
    const { state } = this.elements
    if (state.textContent !== text) state.textContent = text
  }

  /** Follows the events, after the last one that was received. */
  follow(): void {
    this.pause()
    this.#reading = new AbortController()
    const { url, stall } = this.followed
    const stream = {
      url,
      stall,
      token: this.#token,
      signal: this.#reading.signal,
      ...(this.#lastEventId !== undefined && { lastEventId: this.#lastEventId }),
    }
    void this.watch(stream, {
      state: (state) => this.#show(state),
      event: (data, id) => {
        if (id !== '') this.#lastEventId = id
        this.followed.event(data)
      },
    })
  }

  /** The server has permitted a request. */
  opened(): void {
    this.elements.live.hidden = false
    this.elements.access.hidden = true
    this.say('Live.')
  }

  /** Ends the stream of events until `follow`. */
  pause(): void {
    this.#reading.abort()
  }

  /** Asks for the token: the server has refused a request with this status. */
  ask(status: number): void {
    const { live, access, accessError, input } = this.elements
    // A second request of the same time is refused too: the reason stays.
    if (!access.hidden && this.#token === undefined) return
    const had = this.#token !== undefined
    this.#token = undefined
    forgetToken(this.place)
    live.hidden = true
    access.hidden = false
    accessError.textContent = had ? WRONG_TOKEN : status === 403 ? NOT_LOCAL : ''
    this.say('')
    input.focus()
  }

  #show(state: WatchState): void {
    switch (state.kind) {
      case 'live':
        this.opened()
        break
      case 'reconnecting':
        this.say('The connection is lost. Trying again …')
        break
      case 'lost':
        this.say(`No longer live: ${state.reason}. Reload the page to try again.`)
        break
      case 'refused':
        this.ask(state.status)
    }
  }
}
