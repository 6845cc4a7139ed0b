import { element } from './element.js'
import type { RangeMark, ReceivedRanges } from './received-ranges.js'
import { amount, type RangeScale, receivedText } from './received-text.js'

/** Attempts that have a colour of their own; later ones share that of the last one. */
const COLOURS = 4

const MARKS: Readonly<Record<RangeMark['kind'], string>> = {
  cut: 'Cut',
  healed: 'Went on',
  changed: 'Another version',
  'gave-up': 'Gave up',
}

/** The bar below the player: which parts of the file have arrived, from which attempt, with cuts and where it went on. */
export class ReceivedBar {
  readonly #bar = element('div', { className: 'lb-bar' })
  readonly #legend = element('ul', { className: 'lb-legend' })
  readonly #text = element('p', { className: 'lb-received', id: 'received' })

  constructor(private readonly section: HTMLElement) {
    const title = element('h2', { id: 'ranges-title', textContent: 'What has arrived' })
    this.#bar.setAttribute('role', 'img')
    this.#bar.setAttribute('aria-labelledby', title.id)
    this.#bar.setAttribute('aria-describedby', this.#text.id)
    section.append(title, this.#bar, this.#legend, this.#text)
  }

  /** @param played the share of the file before the position of playback, 0 to 1 */
  draw(ranges: ReceivedRanges, scale: RangeScale, played: number): void {
    this.section.hidden = false
    const place = (value: number) => `${(100 * Math.min(1, Math.max(0, value))).toFixed(3)}%`
    const parts = ranges.ranges.map(({ start, end, attempt }) => {
      const part = element('span', { className: `lb-part lb-part-${colourOf(attempt)}` })
      part.style.insetInlineStart = place(start / scale.whole)
      part.style.inlineSize = place((end - start) / scale.whole)
      part.title = `${amount(start, scale)} – ${amount(end, scale)}, attempt ${attempt}`
      return part
    })
    const marks = ranges.marks.map(({ kind, position }) => {
      const mark = element('span', { className: `lb-mark lb-mark-${kind}` })
      mark.style.insetInlineStart = place(position / scale.whole)
      mark.title = `${MARKS[kind]} at ${amount(position, scale)}`
      return mark
    })
    const head = element('span', { className: 'lb-head' })
    head.style.insetInlineStart = place(played)
    this.#bar.replaceChildren(...parts, ...marks, head)
    this.#explain(ranges)
    const text = receivedText(ranges, scale)
    if (this.#text.textContent !== text) this.#text.textContent = text
  }

  #explain({ attempts, marks }: ReceivedRanges): void {
    const entry = (className: string, text: string) => {
      const swatch = element('span', { className: `lb-swatch ${className}` })
      swatch.setAttribute('aria-hidden', 'true')
      return element('li', {}, swatch, text)
    }
    const shown = Math.min(attempts, COLOURS)
    const byAttempt = Array.from({ length: shown }, (_, index) => {
      const isLast = index === COLOURS - 1 && attempts > COLOURS
      return entry(
        `lb-part-${index}`,
        isLast ? `attempt ${index + 1} and later` : `attempt ${index + 1}`,
      )
    })
    const kinds = [...new Set(marks.map(({ kind }) => kind))]
    const byKind = kinds.map((kind) => entry(`lb-mark-${kind}`, MARKS[kind].toLowerCase()))
    // One colour alone explains itself.
    const entries = shown + kinds.length > 1 ? [...byAttempt, ...byKind] : []
    // The list is the same most of the time; a new one would take the focus of a screen reader with it.
    if (entries.length !== this.#legend.children.length) this.#legend.replaceChildren(...entries)
  }
}

function colourOf(attempt: number): number {
  return Math.min(attempt, COLOURS) - 1
}
