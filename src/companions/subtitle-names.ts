import { type SubtitleFormat, subtitleFormat } from '../subtitles/convert-subtitles.js'

/** A subtitle file in the folder of a video: `film.vtt`, `film.de.srt` or `film.en.forced.ass` for `film.mp4`. */
export interface Subtitle {
  readonly name: string
  readonly format: SubtitleFormat
  /** The language tag in the name (BCP 47); undefined without one. */
  readonly language: string | undefined
  /** What else the name tells: for those who can't hear, of foreign speech alone, a commentary. */
  readonly kinds: readonly SubtitleKind[]
}

export type SubtitleKind = 'forced' | 'SDH' | 'commentary'

/** Words in names, as programs that make or fetch subtitles write them. */
const WORDS: Readonly<Record<string, SubtitleKind | 'plain'>> = {
  forced: 'forced',
  foreign: 'forced',
  sdh: 'SDH',
  cc: 'SDH',
  hi: 'SDH',
  commentary: 'commentary',
  default: 'plain',
  full: 'plain',
}

const LANGUAGES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' })

/** The subtitle files of a video among the names in its folder. */
export function subtitlesOf(video: string, names: readonly string[]): Subtitle[] {
  const stem = stemOf(video)
  return names.flatMap((name): Subtitle[] => {
    const format = subtitleFormat(name)
    const own = stemOf(name)
    if (format === undefined) return []
    if (own === stem) return [{ name, format, language: undefined, kinds: [] }]
    if (!own.startsWith(`${stem}.`)) return []
    const words = readWords(own.slice(stem.length + 1).split('.'))
    return words === undefined ? [] : [{ name, format, ...words }]
  })
}

/** The language in the name of a subtitle file whose video is not known: the last word that is one. */
export function subtitleLanguage(name: string): string | undefined {
  const words = stemOf(name).split('.').slice(1)
  return words.flatMap((word) => languageOf(word) ?? []).at(-1)
}

/** A name without its extension. */
export function stemOf(name: string): string {
  return name.replace(/(?<=.)\.[^.]*$/, '')
}

/** undefined if one of the words is none that a subtitle file has. `hi` after a language is no second language. */
function readWords(words: readonly string[]): Pick<Subtitle, 'language' | 'kinds'> | undefined {
  let language: string | undefined
  const kinds = new Set<SubtitleKind>()
  for (const word of words) {
    const kind = Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()] : undefined
    const tag = languageOf(word)
    if (tag !== undefined && language === undefined) language = tag
    else if (kind === undefined) return undefined
    else if (kind !== 'plain') kinds.add(kind)
  }
  return { language, kinds: [...kinds] }
}

/** A language tag that names a known language: `de`, `ger`, `pt-BR`, `pt_BR`; undefined for another word. */
function languageOf(word: string): string | undefined {
  if (!/^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$/.test(word)) return undefined
  try {
    const [tag] = Intl.getCanonicalLocales(word.replaceAll('_', '-'))
    return languageName(tag) === undefined ? undefined : tag
  } catch {
    return undefined
  }
}

/** `German`; undefined for a language without a name, and for text that is no language tag. */
function languageName(tag = ''): string | undefined {
  try {
    return LANGUAGES.of(tag)
  } catch {
    return undefined
  }
}

/** The label of a track: `German`, `English (SDH)`, `Subtitles (forced)`. */
export function subtitleLabel({ language, kinds }: Pick<Subtitle, 'language' | 'kinds'>): string {
  const title = languageName(language) ?? language ?? 'Subtitles'
  return kinds.length === 0 ? title : `${title} (${kinds.join(', ')})`
}
