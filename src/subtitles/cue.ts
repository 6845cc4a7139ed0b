/** One subtitle: a text and the time during which it is shown. */
export interface Cue {
  /** ms from the start of the video. */
  readonly start: number
  /** ms, exclusive. */
  readonly end: number
  /** The cue text of WebVTT: escaped, with balanced tags and without empty lines. */
  readonly text: string
  /** The settings of the cue in WebVTT, such as `line:0`; empty for the default place. */
  readonly settings: string
}

/**
 * A file in WebVTT. The cues are sorted by start, as the format demands. A cue that repeats another one's text
 * without a gap extends it: subtitles that were animated frame by frame have thousands of those.
 */
export function vttDocument(cues: readonly Cue[]): string {
  const sorted = cues.filter(({ start, end, text }) => end > start && text !== '')
  sorted.sort((a, b) => a.start - b.start)
  const blocks = joined(sorted).map(({ start, end, text, settings }) => {
    const times = `${vttTime(start)} --> ${vttTime(end)}`
    return `${settings === '' ? times : `${times} ${settings}`}\n${text}\n`
  })
  return ['WEBVTT\n', ...blocks].join('\n')
}

function joined(sorted: readonly Cue[]): Cue[] {
  const result: Cue[] = []
  const places = new Map<string, number>()
  for (const cue of sorted) {
    const key = `${cue.settings}\n${cue.text}`
    const place = places.get(key)
    const last = place === undefined ? undefined : result[place]
    if (place !== undefined && last !== undefined && cue.start <= last.end) {
      result[place] = { ...last, end: Math.max(last.end, cue.end) }
    } else {
      places.set(key, result.push(cue) - 1)
    }
  }
  return result
}

/** `01:02:03.045`; hours have at least two digits. */
export function vttTime(ms: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const rest = String(ms % 1000).padStart(3, '0')
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${rest}`
}

/**
 * The settings of a cue that is placed by the digits of a numeric keypad: 7 to 9 are the top of the picture, 4 to
 * 6 its middle, 1 to 3 its bottom, and 1, 4 and 7 its left.
 */
export function keypadSettings(digit: number): string {
  const line = digit >= 7 ? 'line:0' : digit >= 4 ? 'line:50%' : ''
  const column = digit % 3
  const align =
    column === 1 ? 'position:0% align:left' : column === 0 ? 'position:100% align:right' : ''
  return [line, align].filter((part) => part !== '').join(' ')
}
