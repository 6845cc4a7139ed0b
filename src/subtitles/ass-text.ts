import { type AssStyle, keypadOfSsa, keypadPlace, PLAIN_STYLE, styleName } from './ass-style.js'
import { bracketed } from './bracketed.js'
import { type Cue, keypadSettings } from './cue.js'
import { CueText, type Style } from './cue-text.js'

const STYLES: readonly Style[] = ['b', 'i', 'u']

/** The text of an event with its override tags applied or removed. Drawings (`\p1`) are no text. */
export function assText(
  source: string,
  style: string,
  styles: ReadonlyMap<string, AssStyle>,
): Pick<Cue, 'text' | 'settings'> {
  const text = new CueText()
  const base = styles.get(styleName(style)) ?? styles.get('default') ?? PLAIN_STYLE
  let place = base.place
  let isDrawing = false
  const reset = (to: AssStyle) => {
    for (const one of STYLES) text.set(one, to.on.has(one) ? 'on' : 'off')
  }
  reset(base)
  for (const piece of bracketed(source, '{}')) {
    if (piece.kind === 'text') {
      if (!isDrawing) text.add(plainText(piece.text))
      continue
    }
    for (const tag of piece.text.split('\\').slice(1)) {
      const { name, value } = tagOf(tag)
      if (name === 'an') place = keypadPlace(Number(value))
      else if (name === 'a') place = keypadOfSsa(Number(value))
      else if (name === 'p') isDrawing = Number(value) > 0
      else if (name === 'r') reset(styles.get(styleName(value)) ?? base)
      else if (name !== undefined) text.set(name, isOn(value, base.on.has(name)) ? 'on' : 'off')
    }
  }
  return { text: text.finish(), settings: keypadSettings(place) }
}

interface Tag {
  readonly name: Style | 'an' | 'a' | 'p' | 'r' | undefined
  readonly value: string
}

/** The tags that matter. Names overlap: `\be1`, `\bord2`, `\alpha` and `\pos(…)` are others. */
function tagOf(tag: string): Tag {
  const [, name, value = ''] = /^(an|[abipu])\s{0,4}(-?\d{0,6})\s{0,4}\)?\s{0,4}$/.exec(tag) ?? []
  if (name !== undefined) return { name: name as Tag['name'], value }
  if (/^r(?!nd)/.test(tag)) return { name: 'r', value: tag.slice(1).trim() }
  return { name: undefined, value: '' }
}

/** `\b1` and weights of 600 and more are bold; an empty value is the style's. */
function isOn(value: string, byStyle: boolean): boolean {
  if (value === '') return byStyle
  return value === '1' || Number(value) >= 600
}

/** `\N` is a line break, `\n` a place where a line may be broken, `\h` a space that doesn't break. */
function plainText(text: string): string {
  return text.replaceAll('\\N', '\n').replaceAll('\\n', ' ').replaceAll('\\h', '\u00a0')
}
