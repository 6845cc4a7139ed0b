import { cpSync, readFileSync } from 'node:fs'
import tap from 'tap'
import { signUrl } from '../../src/access/sign-url.js'
import { Chromium, hasMetadata } from '../fixture/browser.js'
import { Folder } from '../fixture/files.js'
import { fencedBlocks } from '../fixture/markdown.js'
import { PageShell } from '../fixture/page-shell.js'
import { needs, Server } from '../fixture/process.js'

const KEY = `k1:${'A'.repeat(43)}`

tap.test('docs/access.md: its commands set up access, and use it', needs('curl'), async (t) => {
  using shell = new PageShell()
  const blocks = fencedBlocks('docs/access.md').filter(({ info: [language] }) => language === 'sh')
  const [files, serve, use, sign, ...others] = blocks.map(({ text }) => text)
  t.same(others, [])
  t.match(await shell.run(files ?? ''), /^(exit 0\n){4}$/)
  t.match(readFileSync(shell.folder.at('token.txt'), 'utf8'), /^The token, which is shown once: /)
  const args = (serve ?? '').trim().split(' ').slice(2)
  const own = args.map((arg) =>
    /^(media|users|tokens|keys)$/.test(arg) ? shell.folder.at(arg) : arg,
  )
  await using server = await Server.start(own)
  shell.usePort(8080, server.port)
  t.match(await shell.run(use ?? ''), /^401\nexit 0\nWEBVTT\nexit 0\n(.*\n)*exit 0\n$/)
  t.same(readFileSync(shell.folder.at('clip.mp4')), readFileSync('media/clip.mp4'))
  t.match(await shell.run(sign ?? ''), /complete\nexit 0\n$/)
  t.notMatch(server.stdout + server.stderr, /lb-signature|correct horse/)
})

tap.test(
  'a signed page plays its film with subtitles, and nothing else',
  needs('chromium'),
  async (t) => {
    using folder = new Folder({
      keys: KEY,
      'media/d/film.de.srt': '1\n00:00:00,000 --> 00:00:50,000\nHallo\n',
      'media/d/other.vtt': 'WEBVTT\n',
    })
    for (const name of ['film.mp4', 'other.mp4'])
      cpSync('media/clip.mp4', folder.at(`media/d/${name}`))
    const root = folder.at('media')
    await using server = await Server.start([root, '--list', '--url-keys', folder.at('keys')])
    await using chromium = await Chromium.start()
    const { page } = chromium
    const refused: string[] = []
    page.on('response', (response) => {
      if ([401, 403].includes(response.status()))
        refused.push(`${response.status()} ${response.url()}`)
    })
    const { search } = new URL(signUrl(`${server.url}/d/film.mp4`, { key: KEY, expires: '1h' }))
    await page.goto(`${server.url}/-/watch/d/film.mp4${search}`)
    await hasMetadata(page)
    await page.evaluate(async () => {
      const video = document.querySelector('video') as HTMLVideoElement
      video.muted = true
      for (const track of video.textTracks) track.mode = 'showing'
      await video.play()
    })
    await page.waitForFunction(() => {
      const video = document.querySelector('video') as HTMLVideoElement
      return video.currentTime > 0.5 && (video.textTracks[0]?.cues?.length ?? 0) > 0
    })
    t.same(refused, [])
    t.notMatch(await page.content(), /All files|Its folder|other\.mp4/)
    const status = (path: string) => page.evaluate(async (path) => (await fetch(path)).status, path)
    t.equal(await status('/d/film.mp4'), 200)
    t.equal(await status('/d/other.mp4'), 403)
    t.equal(await status('/d/'), 403)
  },
)
