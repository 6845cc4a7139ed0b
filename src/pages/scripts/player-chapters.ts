import { parseTime } from './player-time.js'

/** A part of a file, from its start to the next one's. */
export interface Chapter {
  /** Seconds. */
  readonly start: number
  readonly title: string
}

/** More are no help to anybody, and each is an element of the page. */
const MAX_CHAPTERS = 1000

/**
 * The chapters in a text, sorted: cues of WebVTT; lines of a time and a title (`00:12:30 The lake`, as in descriptions
 * of videos); or pairs of lines as Matroska's tools write them (`CHAPTER01=00:12:30.000`, `CHAPTER01NAME=The lake`).
 */
export function parseChapters(text: string): Chapter[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  const chapters = /^WEBVTT/.test(lines[0] ?? '')
    ? ofCues(lines)
    : [...ofPairs(lines), ...ofLines(lines)]
  return chapters.sort((a, b) => a.start - b.start).slice(0, MAX_CHAPTERS)
}

function ofCues(lines: readonly string[]): Chapter[] {
  return lines.flatMap((line, index) => {
    const start = line.includes('-->') ? parseTime(line.split('-->')[0] ?? '') : undefined
    if (start === undefined) return []
    const end = lines.findIndex((other, place) => place > index && other.trim() === '')
    const text = lines.slice(index + 1, end < 0 ? lines.length : end).join(' ')
    return [{ start, title: titled(unescaped(text.replace(/<[^<>]{0,200}>/g, ''))) }]
  })
}

function ofPairs(lines: readonly string[]): Chapter[] {
  const members = new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^\s{0,16}(CHAPTER\d{1,4}(?:NAME)?)=(.*)$/i.exec(line) ?? []
      return name === undefined ? [] : [[name.toUpperCase(), value ?? ''] as const]
    }),
  )
  return [...members].flatMap(([name, value]) => {
    const start = name.endsWith('NAME') ? undefined : parseTime(value)
    return start === undefined ? [] : [{ start, title: titled(members.get(`${name}NAME`) ?? '') }]
  })
}

function ofLines(lines: readonly string[]): Chapter[] {
  return lines.flatMap((line) => {
    const [, time, title] =
      /^\s{0,16}[[(]?(\d{1,4}(?::\d{1,2}){1,2}(?:[.,]\d{1,9})?)[\])]?(?:[\s:–—-]+(.*))?$/.exec(
        line,
      ) ?? []
    const start = time === undefined ? undefined : parseTime(time)
    return start === undefined ? [] : [{ start, title: titled(title ?? '') }]
  })
}

function titled(text: string): string {
  return text.trim() || 'Chapter'
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
}

/** The index of the chapter at a time among sorted ones; -1 before the first one. */
export function chapterAt(chapters: readonly Chapter[], seconds: number): number {
  return chapters.filter(({ start }) => start <= seconds).length - 1
}

/** Where the step to another chapter leads: back to the start of the current one, unless that has just begun. */
export function chapterStep(
  chapters: readonly Chapter[],
  seconds: number,
  step: 1 | -1,
): number | undefined {
  const current = chapterAt(chapters, seconds)
  if (step > 0) return chapters[current + 1]?.start
  const hasJustBegun = seconds - (chapters[current]?.start ?? 0) < 3
  return chapters[hasJustBegun ? current - 1 : current]?.start
}
