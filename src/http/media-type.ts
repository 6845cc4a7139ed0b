import mime from 'mime-types'

/** Where the registry's database has another use of an extension, or none, or an old name. */
const OURS = new Map([
  ['ts', 'video/mp2t'],
  ['m4s', 'video/iso.segment'],
  ['m4v', 'video/mp4'],
  ['m4a', 'audio/mp4'],
  ['mkv', 'video/matroska'],
  ['flac', 'audio/flac'],
  ['wav', 'audio/wav'],
  ['srt', 'application/x-subrip; charset=utf-8'],
])

/** The Content-Type for a file's name; text carries its charset. Unknown: `application/octet-stream`. */
export function mediaType(name: string): string {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  return OURS.get(extension) ?? (mime.contentType(extension) || 'application/octet-stream')
}

/** Whether a person would rather watch or hear this than read it. */
export function isPlayable(name: string): boolean {
  return /^(video|audio)\//.test(mediaType(name))
}
