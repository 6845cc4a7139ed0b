import mime from 'mime-types'

/** Types that mime-db lacks, or lists under an outdated or unrelated name for the extension. */
const OVERRIDES = new Map([
  ['ts', 'video/mp2t'],
  ['m4s', 'video/iso.segment'],
  ['m4v', 'video/mp4'],
  ['m4a', 'audio/mp4'],
  ['mkv', 'video/matroska'],
  ['flac', 'audio/flac'],
  ['wav', 'audio/wav'],
  ['srt', 'application/x-subrip; charset=utf-8'],
])

/**
 * The Content-Type for a file name; text types carry a charset. `application/octet-stream` if the
 * extension is unknown (RFC 9110 §8.3).
 */
export function mediaType(name: string): string {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  return OVERRIDES.get(extension) ?? (mime.contentType(extension) || 'application/octet-stream')
}

/** Whether the file's type is audio or video, so that a page can play it. */
export function isPlayable(name: string): boolean {
  return /^(video|audio)\//.test(mediaType(name))
}
