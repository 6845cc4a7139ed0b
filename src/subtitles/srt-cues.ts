import { bracketed } from './bracketed.js'
import { type Cue, keypadSettings } from './cue.js'
import { CueText, type Style } from './cue-text.js'

/** Two times with an arrow; hours and fractions may be missing, and the fraction's mark be any. */
const TIMES =
  /^\s{0,16}(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[,.:;](\d{1,3})\d{0,6})?\s{0,16}-{1,3}>\s{0,16}(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[,.:;](\d{1,3}))?/

/**
 * The cues of a SubRip file. The format has no specification, so that a cue is what a line of times begins: counters
 * and the empty lines between cues may be missing, and a text may contain empty lines.
 *
 * @param text with any line ends
 */
export function srtCues(text: string): Cue[] {
  const lines = text.split(/\r\n|\r|\n/)
  const starts = lines.flatMap((line, index) => {
    const times = line.includes('>') ? TIMES.exec(line) : null
    return times === null ? [] : [{ index, ...timesOf(times) }]
  })
  return starts.map(({ index, start, end }, place) => {
    const next = starts[place + 1]?.index
    const last = next === undefined ? lines.length : isCounter(lines, next - 1) ? next - 1 : next
    const content = lines
      .slice(index + 1, last)
      .join('\n')
      .trim()
    return { start, end, ...cueOf(content) }
  })
}

/** The line before the times is a counter, and not text, if it is a number. */
function isCounter(lines: readonly string[], index: number): boolean {
  return /^\s{0,16}\d{1,9}\s{0,16}$/.test(lines[index] ?? '')
}

function timesOf(match: RegExpExecArray): { readonly start: number; readonly end: number } {
  const [, h1, m1, s1, f1, h2, m2, s2, f2] = match
  return { start: msOf(h1, m1, s1, f1), end: msOf(h2, m2, s2, f2) }
}

function msOf(hours = '0', minutes = '0', seconds = '0', fraction = '0'): number {
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  return whole * 1000 + Number(fraction.padEnd(3, '0'))
}

/** Text with tags in angle brackets or braces: bold, italic and underlined stay, and so does the place. */
function cueOf(content: string): Pick<Cue, 'text' | 'settings'> {
  const text = new CueText()
  let settings = ''
  for (const outer of bracketed(content, '{}')) {
    if (outer.kind === 'bracketed') {
      const place = /\\an([1-9])/.exec(outer.text)?.[1]
      if (place !== undefined) settings = keypadSettings(Number(place))
      if (!outer.text.startsWith('\\') && !applyTag(text, outer.text)) text.add(`{${outer.text}}`)
      continue
    }
    for (const piece of bracketed(outer.text, '<>')) {
      if (piece.kind === 'text') text.add(piece.text)
      else if (!applyTag(text, piece.text)) text.add(`<${piece.text}>`)
    }
  }
  return { text: text.finish(), settings }
}

/** Whether a tag is one of SubRip or HTML, and so no text. */
function applyTag(text: CueText, tag: string): boolean {
  const [, slash, name] = /^(\/?)\s{0,4}([A-Za-z]{1,12})(?:[\s=/][\s\S]*)?$/.exec(tag) ?? []
  switch (name?.toLowerCase()) {
    case 'b':
    case 'i':
    case 'u':
      text.set(name?.toLowerCase() as Style, slash === '/' ? 'off' : 'on')
      return true
    case 'strong':
      text.set('b', slash === '/' ? 'off' : 'on')
      return true
    case 'em':
      text.set('i', slash === '/' ? 'off' : 'on')
      return true
    case 'br':
      text.add('\n')
      return true
    case 'font':
    case 'span':
    case 's':
    case 'p':
    case 'c':
    case 'v':
    case 'ruby':
    case 'rt':
      return true
    default:
      return false
  }
}
