import { describe, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../../src/settings/options.js'
import { serverWith } from '../../fixture/application.js'
import { JPEG, mp3WithCovers } from '../../fixture/covers.js'
import { Folder } from '../../fixture/files.js'

const SONG = mp3WithCovers({ kind: 3, picture: JPEG })
const served = (folder: Folder, rest: LastbyteOptions = {}) =>
  serverWith({ root: folder.path, pages: true, ...rest })

describe('The route of posters', () => {
  it.each([
    ['/-/posters/a%20%231.mp4', '../../a%20%231.jpg'],
    ['/-/posters/', '../../cover.png'],
    ['/-/posters/films/', '../../../films/Poster.JPG'],
    ['/-/posters/films/b.mp3', '../../../films/b.webp'],
  ])('redirects %s to the picture at %s, which is sent as any file is', async (path, location) => {
    using folder = new Folder({
      'a #1.mp4': 'x',
      'a #1.jpg': JPEG,
      'cover.png': 'c',
      'films/Poster.JPG': 'p',
      'films/b.mp3': SONG,
      'films/b.webp': 'w',
    })
    await using application = await served(folder)
    const response = await fetch(application.url + path, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([302, location])
    const followed = await fetch(application.url + path)
    expect(followed.status).toBe(200)
    expect(followed.headers.get('accept-ranges')).toBe('bytes')
  })

  it('sends the cover of a song, and a 304 while the song is the same', async () => {
    using folder = new Folder({ 'a.mp3': SONG })
    await using application = await served(folder, { prefix: '/media' })
    const url = `${application.url}/media/-/posters/a.mp3`
    const response = await fetch(url)
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(Buffer.from(await response.arrayBuffer()).equals(JPEG)).toBe(true)
    const etag = response.headers.get('etag') ?? ''
    const song = (await fetch(`${application.url}/media/a.mp3`)).headers.get('etag')
    expect(etag).not.toBe(song)
    const headers = { 'if-none-match': etag }
    expect((await fetch(url, { headers })).status).toBe(304)
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, `${JPEG.length}`])
    folder.write('a.mp3', mp3WithCovers({ kind: 3, picture: Buffer.concat([JPEG, JPEG]) }))
    expect((await fetch(url, { headers })).status).toBe(200)
  })

  it.each(['text.txt', 'absent.mp3', 'films'])('responds to %s with 404', async (path) => {
    using folder = new Folder({
      'text.txt': 'text',
      'films/a.txt': 'a',
    })
    await using application = await served(folder)
    const response = await fetch(`${application.url}/-/posters/${path}`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
  })

  it.each(['none.mp3', 'broken.flac', 'films/', 'absent/'])(
    'responds to %s, which has no picture, with 204, which no browser reports as an error of the page',
    async (path) => {
      using folder = new Folder({
        'none.mp3': 'none',
        'broken.flac': 'fLaC\x84\xff\xff\xff',
        'films/a.txt': 'a',
      })
      await using application = await served(folder)
      const response = await fetch(`${application.url}/-/posters/${path}`)
      expect(response.status).toBe(204)
      expect(response.headers.get('cache-control')).toBe('no-cache')
    },
  )

  it.each(['%2e%2e/a.mp3', 'a%00.mp3', 'a%2Fb.mp3', '%ff.mp3'])(
    'responds to the malformed path %s with 400',
    async (path) => {
      using folder = new Folder({ 'a.mp3': SONG })
      await using application = await served(folder)
      expect((await fetch(`${application.url}/-/posters/${path}`)).status).toBeGreaterThanOrEqual(
        400,
      )
    },
  )

  it('sends nothing of a file that allowedPath or the rule of dotfiles refuses', async () => {
    using folder = new Folder({ 'secret.mp3': SONG, '.hidden.mp3': SONG, 'ok.mp3': SONG })
    const allowedPath = (path: string) => !path.includes('secret')
    await using application = await served(folder, { allowedPath })
    const status = async (name: string) =>
      (await fetch(`${application.url}/-/posters/${name}`)).status
    expect(await status('ok.mp3')).toBe(200)
    expect(await status('secret.mp3')).toBe(404)
    expect(await status('.hidden.mp3')).toBe(404)
  })
})
