import type { GuardSettings } from './guard-settings.js'
import type { GuardState } from './guard-state.js'
import { type Message, messageOf } from './messages.js'
import { type Choice, Overlay } from './overlay.js'
import type { SupervisorView } from './supervisor-port.js'

/** Shows a person what a supervisor does, as the options say. */
export class StatusView implements SupervisorView {
  readonly #overlay: Overlay

  constructor(
    private readonly media: HTMLMediaElement,
    private readonly settings: Pick<GuardSettings, 'status' | 'onState'>,
    choose: (choice: Choice) => void,
  ) {
    this.#overlay = new Overlay(media, choose)
  }

  keep(): void {
    this.#overlay.keep()
  }

  cover(): void {
    this.#overlay.cover()
  }

  uncover(): void {
    this.#overlay.uncover()
  }

  show(state: GuardState): void {
    const noun = this.media.localName
    const online = navigator.onLine
    this.#say(messageOf(state, { noun, online, time: Date.now() }))
    this.settings.onState(state)
  }

  #say(message: Message | undefined): void {
    const { status } = this.settings
    if (status === 'overlay') this.#overlay.say(message)
    else if (status !== 'none') status.textContent = message?.text ?? ''
  }
}
