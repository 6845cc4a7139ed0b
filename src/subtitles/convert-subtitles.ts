import { assCues } from './ass-cues.js'
import { type Cue, vttDocument } from './cue.js'
import { decodeText } from './decode-text.js'
import { srtCues } from './srt-cues.js'

/** Bytes of the largest file that is converted. A film's subtitles have 100 KB, with embedded fonts some MB. */
export const MAX_SUBTITLES = 8 * 1024 * 1024

/** Formats that are converted to WebVTT, by the extension of their files. */
export type SubtitleFormat = 'srt' | 'ass' | 'ssa' | 'vtt'

/** The format of a subtitle file by its name; undefined for other files. */
export function subtitleFormat(name: string): SubtitleFormat | undefined {
  const extension = /\.(srt|ass|ssa|vtt)$/i.exec(name)?.[1]
  return extension?.toLowerCase() as SubtitleFormat | undefined
}

export type Converted =
  | { readonly kind: 'converted'; readonly text: string }
  /** The reason is a sentence for people. */
  | { readonly kind: 'malformed'; readonly reason: string }

/** What is known of a subtitle file besides its bytes. */
export interface SubtitleFile {
  readonly format: SubtitleFormat
  /** A language tag (BCP 47), which tells the encoding of a file that is not in Unicode. */
  readonly language: string | undefined
}

/**
 * A subtitle file in WebVTT, in Unicode. A file without text has no cues; a file with text but without any cue is
 * malformed.
 */
export function convertSubtitles(bytes: Uint8Array, { format, language }: SubtitleFile): Converted {
  const text = decodeText(bytes, language)
  if (format === 'vtt') {
    const isVtt = /^WEBVTT(?:[ \t\r\n]|$)/.test(text)
    return isVtt
      ? { kind: 'converted', text }
      : malformed('WebVTT', 'it does not begin with "WEBVTT"')
  }
  const { cues, title, reason } = cuesOf(format, text)
  if (cues.length === 0 && text.trim() !== '') return malformed(title, reason)
  return { kind: 'converted', text: vttDocument(cues) }
}

function cuesOf(
  format: 'srt' | 'ass' | 'ssa',
  text: string,
): { readonly cues: Cue[]; readonly title: string; readonly reason: string } {
  if (format === 'srt') {
    const reason = 'no line has two times, such as "00:01:02,500 --> 00:01:04,000"'
    return { cues: srtCues(text), title: 'SubRip', reason }
  }
  const reason = 'no line of a section "[Events]" is a dialogue with two times'
  return { cues: assCues(text), title: 'SubStation Alpha', reason }
}

function malformed(title: string, reason: string): Converted {
  return { kind: 'malformed', reason: `The file can't be read as ${title}: ${reason}.` }
}
