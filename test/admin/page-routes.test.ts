import { describe, expect, it } from 'vitest'
import { fileSource } from '../../src/source/file/file-source.js'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

async function served(folder: Folder, prefix = '/') {
  const source = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
  return serverWith({ source, list: true, pages: true, prefix })
}

describe('The pages of a registration', () => {
  it('respond at watch with a page of the video, its subtitles and links, with escaped names', async () => {
    using folder = new Folder({
      'a & <b>/film "1".mp4': 'x',
      'a & <b>/film "1".vtt': 'x',
      'a & <b>/film "1".de-AT.vtt': 'x',
      'a & <b>/film "1".other.txt': 'x',
      'a & <b>/other.vtt': 'x',
    })
    await using application = await served(folder)
    const path = 'a%20%26%20%3Cb%3E/film%20%221%22.mp4'
    const response = await fetch(`${application.url}/-/watch/${path}`)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    const html = await response.text()
    expect(html).toMatch(/<video controls playsinline preload="metadata" [^>]*>/)
    expect(html).toContain(` src="../../../${path}">`)
    expect(html.match(/<track /g)).toHaveLength(2)
    expect(html).toContain('srclang="de-AT"')
    expect(html).not.toContain('<b>')
    for (const [, source] of html.matchAll(/(?:src|href)="([^":]+)"/g)) {
      expect((await fetch(new URL(source ?? '', response.url))).status, source).toBe(200)
    }
  })

  it.each([
    ['/-/watch/nothing.mp4', 404],
    ['/-/watch/..%2fx', 400],
    ['/-/watch/', 404],
    ['/-/assets/nothing', 404],
    ['/-/nothing', 404],
  ])('respond to %s with %s and problem details', async (path, status) => {
    using folder = new Folder()
    await using application = await served(folder)
    const response = await fetch(application.url + path)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  it('are linked from a listing for files that can be played, and only for those', async () => {
    using folder = new Folder({ 'clip.mp4': 'x', 'sound.ogg': 'x', 'read.txt': 'x' })
    await using application = await served(folder)
    const html = await (await fetch(application.url)).text()
    const links = [...html.matchAll(/href="([^"]*-\/watch[^"]*)"/g)].map(([, link]) => link)
    expect(links).toEqual(['-/watch/clip.mp4', '-/watch/sound.ogg'])
  })
})
