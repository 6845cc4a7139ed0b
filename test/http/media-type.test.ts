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
  { name: 'a.ts', want: true },
  { name: 'a.vtt', want: false },
  { name: 'a.m3u8', want: false },
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
