import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlayable, mediaType } from '../../src/http/media-type.js'
import { anyText } from '../fixture/any-text.js'

const UNKNOWN = 'application/octet-stream'

describe('mediaType', () => {
  it.each([
    { section: '4337 §4', name: 'a.mp4', want: 'video/mp4' },
    { section: '4337 §4', name: 'a.m4v', want: 'video/mp4' },
    { section: '4337 §4', name: 'a.m4a', want: 'audio/mp4' },
    { section: '9559 §27.3', name: 'a.mkv', want: 'video/matroska' },
    { section: '3003 §2', name: 'a.mp3', want: 'audio/mpeg' },
    { section: '5334 §10', name: 'a.ogg', want: 'audio/ogg' },
    { section: '5334 §10', name: 'a.ogv', want: 'video/ogg' },
    { section: '9639 §12.1', name: 'a.flac', want: 'audio/flac' },
    { section: '8216 §4', name: 'a.m3u8', want: 'application/vnd.apple.mpegurl' },
    { section: '3555 §4.1', name: 'a.ts', want: 'video/mp2t' },
    { section: '9239 §6', name: 'a.js', want: 'text/javascript; charset=utf-8' },
    { section: 'WebM', name: 'a.webm', want: 'video/webm' },
    { section: 'QuickTime', name: 'a.mov', want: 'video/quicktime' },
    { section: 'WHATWG MIME', name: 'a.wav', want: 'audio/wav' },
    { section: 'DASH', name: 'a.mpd', want: 'application/dash+xml' },
    { section: 'DASH', name: 'a.m4s', want: 'video/iso.segment' },
    { section: 'WebVTT', name: 'a.vtt', want: 'text/vtt; charset=utf-8' },
    { section: 'SubRip', name: 'a.srt', want: 'application/x-subrip; charset=utf-8' },
    { section: 'AVIF', name: 'a.avif', want: 'image/avif' },
    { section: 'Wasm', name: 'a.wasm', want: 'application/wasm' },
    { section: 'HTML', name: 'a.html', want: 'text/html; charset=utf-8' },
    { section: 'CMAF', name: 'v.cmfv', want: 'video/mp4' },
    { section: 'CMAF', name: 'a.cmfa', want: 'audio/mp4' },
    { section: 'CMAF', name: 't.cmft', want: 'application/mp4' },
    { section: 'CMAF', name: 'm.cmfm', want: 'application/mp4' },
    { section: 'CMAF', name: 's.cmfs', want: 'application/mp4' },
    { section: '3003 §2', name: 'a.mp1', want: 'audio/mpeg' },
    { section: '3003 §2', name: 'a.mp2', want: 'audio/mpeg' },
    { section: 'Dolby', name: 'a.thd', want: 'audio/vnd.dolby.mlp' },
    { section: 'Dolby', name: 'a.truehd', want: 'audio/vnd.dolby.mlp' },
    { section: 'Dolby', name: 'a.mlp', want: 'audio/vnd.dolby.mlp' },
    { section: '7798', name: 'v.hevc', want: 'video/h265' },
    { section: '7798', name: 'v.h265', want: 'video/h265' },
    { section: 'Smooth Streaming', name: 'v.ismv', want: 'video/mp4' },
    { section: 'Smooth Streaming', name: 'a.isma', want: 'audio/mp4' },
    { section: 'Smooth Streaming', name: 'a.ism', want: 'application/vnd.ms-sstr+xml' },
    { section: '9559 §27.3', name: 'a.mka', want: 'audio/matroska' },
    { section: '9559 §27.3', name: 'a.mk3d', want: 'video/matroska-3d' },
    { section: 'Matroska', name: 'a.mks', want: 'application/x-matroska' },
    { section: '4184', name: 'a.ac3', want: 'audio/ac3' },
    { section: '4598', name: 'a.eac3', want: 'audio/eac3' },
    { section: '4598', name: 'a.ec3', want: 'audio/eac3' },
    { section: 'AC-4', name: 'a.ac4', want: 'audio/ac4' },
    { section: '4867', name: 'a.awb', want: 'audio/amr-wb' },
    { section: 'ADTS', name: 'a.aac', want: 'audio/aac' },
    { section: '7845 §9', name: 'a.opus', want: 'audio/ogg' },
    { section: 'M4B', name: 'a.m4b', want: 'audio/mp4' },
    { section: 'DTS', name: 'a.dts', want: 'audio/vnd.dts' },
    { section: 'WavPack', name: 'a.wv', want: 'audio/x-wavpack' },
    { section: '3555 §4.1', name: 'a.m2ts', want: 'video/mp2t' },
    { section: '3555 §4.1', name: 'a.mts', want: 'video/mp2t' },
    { section: 'IVF', name: 'a.ivf', want: 'video/x-ivf' },
    { section: 'SSA', name: 'a.ass', want: 'text/x-ssa; charset=utf-8' },
    { section: 'SSA', name: 'a.ssa', want: 'text/x-ssa; charset=utf-8' },
    { section: 'TTML', name: 'a.ttml', want: 'application/ttml+xml' },
    { section: 'TTML', name: 'a.dfxp', want: 'application/ttml+xml' },
    { section: 'SAMI', name: 'a.sami', want: 'application/x-sami; charset=utf-8' },
    { section: 'LRC', name: 'a.lrc', want: 'text/plain; charset=utf-8' },
    { section: 'HEIF', name: 'a.heic', want: 'image/heic' },
    { section: 'HEIF', name: 'a.hif', want: 'image/heif' },
    { section: 'JPEG XL', name: 'a.jxl', want: 'image/jxl' },
    { section: '9239 §6', name: 'a.mjs', want: 'text/javascript; charset=utf-8' },
    {
      section: 'Manifest',
      name: 'a.webmanifest',
      want: 'application/manifest+json; charset=utf-8',
    },
    { section: '8878 §7.1', name: 'a.zst', want: 'application/zstd' },
    { section: '9110 §8.3.1', name: 'A.CMFV', want: 'video/mp4' },
    { section: '9110 §8.3.1', name: 'A.MP4', want: 'video/mp4' },
    { section: '9110 §8.3.1', name: 'a.MkV', want: 'video/matroska' },
    { section: '9110 §8.3', name: 'film.tar.mp4', want: 'video/mp4' },
    { section: '9110 §8.3', name: 'v1.2/film', want: UNKNOWN },
    { section: '9110 §8.3', name: 'v1.mp4/film', want: UNKNOWN },
    { section: '9110 §8.3', name: 'film', want: UNKNOWN },
    { section: '9110 §8.3', name: 'mp4', want: UNKNOWN },
    { section: '9110 §8.3', name: 'film.', want: UNKNOWN },
    { section: '9110 §8.3', name: '', want: UNKNOWN },
    { section: '9110 §8.3', name: 'a.unheard-of', want: UNKNOWN },
    { section: '9110 §8.3', name: 'a.constructor', want: UNKNOWN },
    { section: '9110 §8.3', name: 'a.__proto__', want: UNKNOWN },
  ])('of the file name $name is $want ($section)', ({ name, want }) => {
    expect(mediaType(name)).toBe(want)
  })
})

it.each([
  { name: 'a.mp4', want: true },
  { name: 'a.mp3', want: true },
  { name: 'a.cmfv', want: true },
  { name: 'a.mka', want: true },
  { name: 'a.ass', want: false },
  { name: 'a.cmft', want: false },
  { name: 'a.vtt', want: false },
  { name: 'a.m3u8', want: true },
  { name: 'a.M3U8', want: true },
  { name: 'a.mov', want: true },
  { name: 'a.flac', want: true },
  // Segments, which the playlist plays.
  { name: 'a.ts', want: false },
  { name: 'a.TS', want: false },
  { name: 'a.m2ts', want: false },
  { name: 'a.mts', want: false },
  { name: 'a.m4s', want: false },
  { name: 'a.cmfm', want: false },
  // Lists of other programs, which have audio and video types.
  { name: 'a.m3u', want: false },
  { name: 'a.wvx', want: false },
  { name: 'a', want: false },
])('isPlayable of the file name $name is $want', ({ name, want }) => {
  expect(isPlayable(name)).toBe(want)
})

it('mediaType of any file name has the syntax of a media type (RFC 9110 §8.3.1)', () => {
  fc.assert(
    fc.property(anyText('.', '/', 'mp4', 'html', 'constructor', 'tostring'), (name) => {
      expect(mediaType(name)).toMatch(/^[\w.+-]+\/[\w.+-]+(; charset=utf-8)?$/)
    }),
  )
})
