import { describe, expect, it } from 'vitest'
import { subtitlesOf, watchPage } from '../../src/pages/watch-page.js'

describe('subtitlesOf', () => {
  it.each([
    ['film.mp4', ['film.vtt'], [{ name: 'film.vtt', language: undefined }]],
    ['film.mp4', ['film.de-AT.vtt'], [{ name: 'film.de-AT.vtt', language: 'de-AT' }]],
    ['film', ['film.en.vtt'], [{ name: 'film.en.vtt', language: 'en' }]],
    ['a.b.mp4', ['a.b.vtt', 'a.vtt'], [{ name: 'a.b.vtt', language: undefined }]],
    ['film.mp4', ['film.other.txt', 'film.mp4', 'films.vtt', 'film.x.vtt', 'film.1.vtt'], []],
  ])('of %s among %j finds %j', (video, names, subtitles) => {
    expect(subtitlesOf(video, names)).toEqual(subtitles)
  })
})

describe('watchPage', () => {
  it('links the video, its folder and the assets, and has a track for each subtitle file', () => {
    const subtitles = [
      { name: 'a b.de.vtt', language: 'de' },
      { name: 'a b.vtt', language: undefined },
    ]
    const files = '../../../'
    const html = watchPage({ name: 'a b.mp4', key: 'x y/a b.mp4', files, subtitles })
    expect(html).toContain('<title>a b.mp4</title>')
    expect(html).toContain(' src="../../../x%20y/a%20b.mp4">')
    expect(html).toContain('<a href="../../../x%20y/">')
    expect(html).toContain('href="../../../-/assets/lastbyte.css"')
    expect(html).toContain('src="../../../-/assets/player.js"')
    expect(html.match(/<track [^>]*>/g)).toEqual([
      '<track kind="subtitles" src="../../../x%20y/a%20b.de.vtt" srclang="de" label="de">',
      '<track kind="subtitles" src="../../../x%20y/a%20b.vtt" label="Subtitles">',
    ])
  })

  it('escapes every value', () => {
    const hostile = '"><script>alert(1)</script>'
    const html = watchPage({
      name: hostile,
      key: hostile,
      files: hostile,
      subtitles: [{ name: hostile, language: hostile }],
    })
    expect(html).not.toContain('<script>alert')
  })
})

it('watchPage shows a name without characters on which a terminal or the direction of text acts', () => {
  const page = watchPage({
    name: 'a\u009b\u202e.mp4',
    key: 'a\u009b\u202e.mp4',
    files: '../../',
    subtitles: [],
  })
  expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
  expect(page).toContain('<h1><bdi>a\\u009b\\u202e.mp4</bdi></h1>')
})
