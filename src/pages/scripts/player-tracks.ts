import { preferredTrack } from './player-languages.js'

/** The members of a text track that the choice of subtitles uses. */
export type ChosenTrack = Pick<TextTrack, 'kind' | 'label' | 'language' | 'mode'>

export interface TrackPort {
  /** All tracks of the media element, also those that are added later. */
  readonly tracks: () => readonly ChosenTrack[]
  /** The user's languages, the preferred one first. */
  readonly languages: readonly string[]
}

/** Which subtitles are shown. None are until the user has turned some on, on this page or an earlier one. */
export class Subtitles {
  readonly #port: TrackPort
  #last: ChosenTrack | undefined

  constructor(port: TrackPort) {
    this.#port = port
  }

  get all(): readonly ChosenTrack[] {
    return this.#port.tracks().filter(({ kind }) => kind === 'subtitles' || kind === 'captions')
  }

  get shown(): ChosenTrack | undefined {
    return this.all.find(({ mode }) => mode === 'showing')
  }

  /** Shows one, or none. */
  show(track: ChosenTrack | undefined): void {
    for (const one of this.all) one.mode = one === track ? 'showing' : 'disabled'
    this.#last = track ?? this.#last
  }

  /** Turns subtitles off, or on: those that were shown last, or those of the user's language. */
  toggle(): ChosenTrack | undefined {
    const { all, shown } = this
    const preferred = all[preferredTrack(all, this.#port.languages)]
    const last = this.#last !== undefined && all.includes(this.#last) ? this.#last : undefined
    this.show(shown === undefined ? (last ?? preferred) : undefined)
    return this.shown
  }

  /** Shows those in a language that the user chose before; none, if there are none in that language. */
  restore(language: string | undefined): void {
    const { all } = this
    const own = all.filter((track) => language !== undefined && isOf(track.language, language))
    this.show(own[preferredTrack(own, [language ?? ''])])
  }
}

/** Whether two tags are of one language, perhaps of different regions. */
function isOf(tag: string, language: string): boolean {
  const base = (text: string) => text.toLowerCase().split('-')[0]
  return base(tag) === base(language)
}
