import { mediaType } from '../http/media-type.js'

/** The icon of an entry in a listing: a class of the stylesheet. */
export type EntryIcon =
  | 'folder'
  | 'video'
  | 'audio'
  | 'image'
  | 'subtitle'
  | 'archive'
  | 'text'
  | 'other'

const SUBTITLE = /\.(?:vtt|webvtt|srt|ass|ssa|sub|sbv|ttml|dfxp|sami|smi|lrc|mks)$/i
const ARCHIVE =
  /\.(?:zip|tar|gz|tgz|bz2|tbz2?|xz|txz|zst|lz4?|lzma|7z|rar|iso|img|dmg|jar|war|deb|rpm|apk|cab|br)$/i
/** Text by its content, although its type is of the group `application`. */
const TEXT =
  /\.(?:json|xml|ya?ml|toml|js|mjs|cjs|ts|tsx|jsx|sh|sql|tex|rtf|pdf|epub|docx?|odt|m3u8?|mpd|nfo|log)$/i

/** The icon for a file name. */
export function iconOf(name: string): EntryIcon {
  if (SUBTITLE.test(name)) return 'subtitle'
  if (ARCHIVE.test(name)) return 'archive'
  const type = mediaType(name)
  const [group] = type.split('/')
  if (group === 'video' || group === 'audio' || group === 'image') return group
  return group === 'text' || TEXT.test(name) ? 'text' : 'other'
}
