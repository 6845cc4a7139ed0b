/** The styles that WebVTT has tags for and that other formats have too. */
export type Style = 'b' | 'i' | 'u'

const STYLES: readonly Style[] = ['b', 'i', 'u']

/** Entities that a file in another format may contain: the text is taken as escaped already. */
const ENTITY = /&(?!(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)/g

/**
 * Builds the text of a cue from pieces of plain text with styles. Tags are closed and opened again at each change,
 * as files close them in another order than they open them, or never.
 */
export class CueText {
  readonly #styles = new Set<Style>()
  #open = ''
  #text = ''

  /** Turns a style on or off for the text that follows. */
  set(style: Style, state: 'on' | 'off'): void {
    if (state === 'on') this.#styles.add(style)
    else this.#styles.delete(style)
  }

  add(text: string): void {
    if (text === '') return
    const wanted = STYLES.filter((style) => this.#styles.has(style)).join('')
    if (wanted !== this.#open) this.#text += closing(this.#open) + opening(wanted)
    this.#open = wanted
    this.#text += escapeCue(text)
  }

  /** The text, without the empty lines, at which WebVTT ends a cue. Empty if there is nothing to see. */
  finish(): string {
    const text = this.#text + closing(this.#open)
    if (text.replace(/<\/?[biu]>/g, '').trim() === '') return ''
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join('\n')
  }
}

/** The text as cue text of WebVTT. `-->` would be read as a time, so that its `>` is escaped as well. */
export function escapeCue(text: string): string {
  return text.replace(ENTITY, '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function opening(styles: string): string {
  return [...styles].map((style) => `<${style}>`).join('')
}

function closing(styles: string): string {
  return [...styles]
    .map((style) => `</${style}>`)
    .reverse()
    .join('')
}
