import mime from 'mime-types'

/** Types that mime-db lacks, or lists under an outdated or unrelated name for the extension. */
const OVERRIDES = new Map([
  ['ts', 'video/mp2t'],
  ['m4s', 'video/iso.segment'],
  ['m4v', 'video/mp4'],
  ['m4a', 'audio/mp4'],
  ['m4r', 'audio/mp4'],
  // CMAF tracks (ISO/IEC 23000-19 §7.3.1): video, audio, text, timed metadata.
  ['cmfv', 'video/mp4'],
  ['cmfa', 'audio/mp4'],
  ['cmft', 'application/mp4'],
  ['cmfm', 'application/mp4'],
  ['cmfs', 'application/mp4'],
  ['ismv', 'video/mp4'],
  ['isma', 'audio/mp4'],
  // Matroska (RFC 9559 §27.3); a file of subtitles alone has no type of its own.
  ['mkv', 'video/matroska'],
  ['mk3d', 'video/matroska-3d'],
  ['mka', 'audio/matroska'],
  ['mks', 'application/x-matroska'],
  ['ac3', 'audio/ac3'],
  ['eac3', 'audio/eac3'],
  ['ec3', 'audio/eac3'],
  ['ac4', 'audio/ac4'],
  // TrueHD is a form of MLP.
  ['thd', 'audio/vnd.dolby.mlp'],
  ['truehd', 'audio/vnd.dolby.mlp'],
  ['mlp', 'audio/vnd.dolby.mlp'],
  ['mp1', 'audio/mpeg'],
  ['h265', 'video/h265'],
  ['hevc', 'video/h265'],
  ['aiff', 'audio/aiff'],
  ['aif', 'audio/aiff'],
  ['ape', 'audio/x-ape'],
  ['awb', 'audio/amr-wb'],
  ['dsf', 'audio/x-dsf'],
  ['flac', 'audio/flac'],
  ['mpc', 'audio/x-musepack'],
  ['tta', 'audio/x-tta'],
  ['wav', 'audio/wav'],
  ['wv', 'audio/x-wavpack'],
  ['ivf', 'video/x-ivf'],
  ['ogm', 'video/ogg'],
  ['y4m', 'video/x-yuv4mpeg'],
  ['hif', 'image/heif'],
  ['f4m', 'application/f4m+xml'],
  ['ism', 'application/vnd.ms-sstr+xml'],
  ['ismc', 'application/vnd.ms-sstr+xml'],
  // Subtitles. None is registered for ASS and SSA; this one is what players and muxers use.
  ['ass', 'text/x-ssa; charset=utf-8'],
  ['ssa', 'text/x-ssa; charset=utf-8'],
  ['dfxp', 'application/ttml+xml'],
  ['lrc', 'text/plain; charset=utf-8'],
  ['sbv', 'text/plain; charset=utf-8'],
  ['sami', 'application/x-sami; charset=utf-8'],
  ['srt', 'application/x-subrip; charset=utf-8'],
  ['webvtt', 'text/vtt; charset=utf-8'],
  ['zsync', 'application/x-zsync'],
  ['zst', 'application/zstd'],
])

/**
 * The Content-Type for a file name; text types carry a charset. `application/octet-stream` if the
 * extension is unknown (RFC 9110 §8.3).
 */
export function mediaType(name: string): string {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  return OVERRIDES.get(extension) ?? (mime.contentType(extension) || 'application/octet-stream')
}

/**
 * Extensions of audio and video types that no page can play: segments of a stream, which its playlist (.m3u8) plays,
 * and lists of other programs.
 */
const UNPLAYABLE = /\.(?:ts|m2ts?|mts|m2t|m4s|cmf[mst]|m3u|wax|wmx|wvx|asx|ram|rpm)$/i

/** Whether a page can play the file by its type: audio, video, or the playlist of an HLS stream (RFC 8216). */
export function isPlayable(name: string): boolean {
  if (UNPLAYABLE.test(name)) return false
  return isHlsPlaylist(name) || /^(video|audio)\//.test(mediaType(name))
}

/** Whether the file is the playlist of an HLS stream by its name. */
export function isHlsPlaylist(name: string): boolean {
  return /\.m3u8$/i.test(name)
}
