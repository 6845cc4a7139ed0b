import { describe, expect, it } from 'vitest'
import { companionsOf } from '../../src/companions/companions.js'
import { type WatchedFile, watchPage } from '../../src/pages/watch-page.js'

const watched = (key: string, names: readonly string[] = [], rest: Partial<WatchedFile> = {}) => {
  const name = key.slice(key.lastIndexOf('/') + 1)
  return watchPage({
    name,
    key,
    contentType: undefined,
    version: '"v1"',
    files: '../../../',
    companions: companionsOf(name, names),
    folder: 'linked',
    routes: new Set(),
    ...rest,
  })
}

describe('watchPage', () => {
  it('links no folder that the visitor may not open', () => {
    const html = watched('x/a.mp4', ['a.vtt'], { folder: 'hidden' })
    expect(html).not.toContain('href="../../../x/"')
    expect(html).not.toMatch(/All files|Its folder/)
    expect(html).toContain('a.vtt')
  })

  it('links the video, its folder and the assets, and has a track for each subtitle file', () => {
    const names = ['a b.de.vtt', 'a b.en.sdh.srt', 'a b.ass', 'a b.chapters.vtt']
    const html = watched('x y/a b.mp4', names)
    expect(html).toContain('<title>a b.mp4</title>')
    expect(html).toContain(
      '<video controls playsinline preload="metadata" src="../../../x%20y/a%20b.mp4">',
    )
    expect(html).toContain('<a href="../../../x%20y/">')
    expect(html).toContain('<a href="../../../x%20y/a%20b.mp4" download>')
    expect(html).toContain('href="../../../-/assets/lastbyte.css"')
    expect(html).toContain('src="../../../-/assets/player.js"')
    expect(html.match(/<track [^>]*>/g)).toEqual([
      '<track kind="subtitles" src="../../../x%20y/a%20b.de.vtt" srclang="de" label="German">',
      '<track kind="subtitles" src="../../../-/subtitles/x%20y/a%20b.en.sdh.srt" srclang="en" label="English (SDH)">',
      '<track kind="subtitles" src="../../../-/subtitles/x%20y/a%20b.ass" label="Subtitles">',
      '<track kind="chapters" src="../../../x%20y/a%20b.chapters.vtt" label="Chapters">',
    ])
  })

  it('forces no subtitles', () => {
    expect(watched('a.mp4', ['a.vtt', 'a.forced.srt'])).not.toMatch(/<track[^>]* default/)
  })

  it('plays sound with its picture in an audio element', () => {
    const html = watched('x/a.mp3', ['cover.jpg'])
    expect(html).toContain('<audio controls preload="metadata" src="../../../x/a.mp3">')
    expect(html).toContain('<img id="art" class="lb-art" src="../../../x/cover.jpg" alt="">')
    expect(html).not.toContain('<video')
  })

  it.each([
    ['a.mp4', undefined, 'video'],
    ['a.mp3', undefined, 'audio'],
    ['a', 'audio/ogg', 'audio'],
    ['a.m3u8', undefined, 'hls'],
    ['a', 'application/vnd.apple.mpegurl', 'hls'],
    ['a', 'application/octet-stream', 'video'],
  ])('plays %s of the type %s as %s', (key, contentType, form) => {
    expect(watched(key, [], { contentType })).toContain(`data-form="${form}"`)
  })

  it('has the poster beside a video, or the cover that it may contain where the server has a route of them', () => {
    expect(watched('a&b.mp4', ['a&b.jpg'])).toContain(' poster="../../../a%26b.jpg" ')
    const routes = new Set(['posters'] as const)
    expect(watched('x/a b.mp4', [], { routes })).toContain(
      ' poster="../../../-/posters/x/a%20b.mp4" ',
    )
    expect(watched('x/a.mp3', [], { routes })).toContain('src="../../../-/posters/x/a.mp3" alt=""')
    expect(watched('a.mp4')).not.toContain('poster=')
    expect(watched('a.m3u8', [], { routes })).not.toContain('poster=')
  })

  it('links the neighbours in the folder that can be played', () => {
    const html = watched('x/2.mp4', ['1.mp4', '2.mp4', '3 .mp4'])
    expect(html).toContain('id="prev" rel="prev" href="../../../-/watch/x/1.mp4"')
    expect(html).toContain('id="next" rel="next" href="../../../-/watch/x/3%20.mp4"')
    expect(watched('x/2.mp4')).not.toMatch(/rel="(?:prev|next)/)
  })

  it('tells its script the version, the chapters and the interface of faults', () => {
    const html = watched('x/a.mp4', ['a.chapters.txt'], { routes: new Set(['faults'] as const) })
    expect(html).toContain('data-version="&#34;v1&#34;"')
    expect(html).toContain('data-chapters="../../../x/a.chapters.txt"')
    expect(html).toContain('data-faults="../../../-/faults"')
    expect(watched('x/a.mp4')).not.toMatch(/data-faults|data-chapters/)
  })

  it('escapes every value', () => {
    const hostile = '"><script>alert(1)</script>'
    const subtitle = { name: hostile, format: 'srt', language: hostile, kinds: [] } as const
    const companions = {
      poster: hostile,
      subtitles: [subtitle],
      chapters: hostile,
      previous: hostile,
      next: hostile,
    }
    const rest = { files: hostile, version: hostile, companions, folder: 'linked' as const }
    for (const contentType of ['video/mp4', 'audio/ogg', hostile]) {
      const html = watched(`${hostile}/${hostile}`, [], { ...rest, contentType })
      expect(html).not.toContain('<script>alert')
    }
  })

  it('shows a name without characters on which a terminal or the direction of text acts', () => {
    const page = watched('a\u009b\u202e.mp4')
    expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    expect(page).toContain('<h1><bdi>a\\u009b\\u202e.mp4</bdi></h1>')
  })
})
