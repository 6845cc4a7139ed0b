import { cpSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import tap from 'tap'
import { Chromium, hasMetadata, playToEnd } from '../fixture/browser.js'
import { startBrowser } from '../fixture/browsers/start-browser.js'
import { BROWSERS, type BrowserName, COMMAND } from '../fixture/browsers/test-browser.js'
import { CuttingProxy } from '../fixture/cutting-proxy.js'
import { Folder } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { inForm } from '../fixture/long-form.js'
import { needs, run, Server } from '../fixture/process.js'

const SRT = '1\r\n00:00:01,000 --> 00:00:50,000\r\n<i>Grüße</i> & <font color="red">mehr</font>\r\n'

/** A folder with clips, subtitles of each kind and chapters. */
function films(): Folder {
  const folder = new Folder({
    'film.de.srt': Buffer.from(SRT, 'latin1'),
    'film.en.ass': '[Events]\nDialogue: 0,0:00:01.00,0:00:50.00,,,,,,,Hello, {\\b1}you',
    'film.fr.vtt': 'WEBVTT\n\n00:01.000 --> 00:50.000\nBonjour\n',
    'film.pt-BR.srt': 'no subtitles at all',
    'film.chapters.txt': '0:00 Start\n0:20 The lake\n0:40 The end',
    'part.ts': 'x',
  })
  for (const name of ['film.mp4', 'other.mp4']) cpSync('media/clip.mp4', folder.at(name))
  return folder
}

const state = (page: Page) => page.locator('#state').innerText()
const position = (page: Page) =>
  page.evaluate(() => (document.querySelector('video') as HTMLVideoElement).currentTime)

async function opened(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await hasMetadata(page)
  // The last step of the page's script that all files have.
  await page.waitForSelector('#tools:not([hidden])')
}

/** Texts of the cues of the track that is shown, once it is loaded. */
async function shownCues(page: Page): Promise<string[]> {
  await page.waitForFunction(() => {
    const tracks = [...(document.querySelector('video')?.textTracks ?? [])]
    return (tracks.find(({ mode }) => mode === 'showing')?.cues?.length ?? 0) > 0
  })
  return page.evaluate(() => {
    const tracks = [...(document.querySelector('video')?.textTracks ?? [])]
    const cues = [...(tracks.find(({ mode }) => mode === 'showing')?.cues ?? [])]
    return cues.map((cue) => (cue as VTTCue).text)
  })
}

tap.test(
  'the player shows no subtitles until the user turns them on, and then those of SRT, ASS and VTT files',
  needs('chromium'),
  async (t) => {
    using folder = films()
    await using server = await Server.start([folder.path, '--list'])
    await using chromium = await Chromium.start()
    const { page } = chromium
    await opened(page, `${server.url}/-/watch/film.mp4`)
    const modes = () =>
      page.evaluate(() =>
        [...(document.querySelector('video')?.textTracks ?? [])]
          .filter(({ kind }) => kind === 'subtitles')
          .map(({ mode }) => mode),
      )
    t.strictSame(await modes(), ['disabled', 'disabled', 'disabled', 'disabled'])
    await page.keyboard.press('c')
    t.strictSame(
      await shownCues(page),
      ['Hello, <b>you</b>'],
      'ASS, in the language of the browser',
    )
    await page.selectOption('#subtitles', { label: 'German' })
    t.strictSame(await shownCues(page), ['<i>Grüße</i> &amp; mehr'], 'SRT in ISO-8859-1')
    await page.selectOption('#subtitles', { label: 'French' })
    t.strictSame(await shownCues(page), ['Bonjour'], 'WebVTT')
    await page.reload()
    t.strictSame(await shownCues(page), ['Bonjour'], 'the choice is remembered')
    await opened(page, `${server.url}/-/watch/other.mp4`)
    t.equal(await page.locator('#subtitles').isVisible(), false, 'no menu without subtitles')
    await opened(page, `${server.url}/-/watch/film.mp4`)
    await page.selectOption('#subtitles', { label: 'Brazilian Portuguese' })
    await page.waitForFunction(() =>
      document.querySelector('#state')?.textContent?.includes('can’t be read'),
    )
    await page.selectOption('#subtitles', { label: 'Off' })
    await page.reload()
    await page.waitForSelector('#tools:not([hidden])')
    t.notOk((await modes()).includes('showing'))
  },
)

tap.test('the player obeys its keys', needs('chromium'), async (t) => {
  using folder = films()
  await using server = await Server.start([folder.path, '--list'])
  await using chromium = await Chromium.start()
  const { page } = chromium
  await opened(page, `${server.url}/-/watch/film.mp4`)
  await page.waitForSelector('#chapters button')
  const media = (name: keyof HTMLVideoElement) =>
    page.evaluate((name) => (document.querySelector('video') as HTMLVideoElement)[name], name)
  const press = async (key: string, name: keyof HTMLVideoElement) => {
    await page.keyboard.press(key)
    return media(name)
  }
  t.equal(await press('5', 'currentTime'), 30)
  t.equal(await press('ArrowRight', 'currentTime'), 35)
  t.equal(await press('j', 'currentTime'), 25)
  t.equal(await press(']', 'currentTime'), 40)
  t.match(await state(page), 'The end (0:40)')
  t.equal(await press('m', 'muted'), true)
  t.equal(await press('ArrowDown', 'volume'), 0.95)
  t.equal(await press('>', 'playbackRate'), 1.25)
  t.equal(await page.locator('#rate').inputValue(), '1.25')
  t.equal(await press('k', 'paused'), false)
  // The browser's own controls act on Space, too, while they have the focus.
  await page.focus('video')
  t.equal(await press(' ', 'paused'), true)
  await page.keyboard.press('?')
  t.ok(await page.locator('dialog').isVisible())
  const before = await position(page)
  t.equal(await press('l', 'currentTime'), before, 'keys are the sheet’s while it is open')
  await page.keyboard.press('Escape')
  t.notOk(await page.locator('dialog').isVisible())
  await page.keyboard.press('?')
  await page.uncheck('dialog input')
  await page.click('dialog button')
  t.equal(await press('0', 'currentTime'), before, 'turned off')
  await page.click('#chapters button >> nth=1')
  t.equal(await media('currentTime'), 20)
  await page.reload()
  await hasMetadata(page)
  t.equal(await media('playbackRate'), 1.25, 'the speed is remembered')
})

tap.test(
  'the player goes to the next and the previous file, and continues where a file was left',
  needs('chromium'),
  async (t) => {
    using folder = films()
    await using server = await Server.start([folder.path, '--list'])
    await using chromium = await Chromium.start()
    const { page } = chromium
    await opened(page, `${server.url}/-/watch/film.mp4`)
    await page.keyboard.press('6')
    await page.waitForFunction(() => !document.querySelector('video')?.seeking)
    await page.keyboard.press('n')
    await page.waitForURL('**/-/watch/other.mp4')
    await hasMetadata(page)
    t.equal(await page.title(), 'other.mp4')
    await page.waitForSelector('#tools:not([hidden])')
    await page.keyboard.press('n')
    t.match(await state(page), 'This is the last file of the folder.')
    await page.keyboard.press('p')
    await page.waitForURL('**/-/watch/film.mp4')
    await hasMetadata(page)
    await page.waitForSelector('#restart')
    t.equal(await position(page), 36)
    t.match(await state(page), 'Continues at 0:36.')

    await page.goto('about:blank')
    await opened(page, `${server.url}/-/watch/film.mp4#t=20`)
    await page.waitForFunction(() => document.querySelector('video')?.currentTime === 20)
    t.equal(await page.locator('#restart').count(), 0, 'the address wins')

    await page.check('#plays-next')
    await page.evaluate(() => {
      const video = document.querySelector('video') as HTMLVideoElement
      video.muted = true
      video.currentTime = video.duration - 0.5
      return video.play()
    })
    await page.waitForURL('**/-/watch/other.mp4')
    await page.waitForFunction(() => document.querySelector('video')?.paused === false)
    t.pass('plays the next file at the end')
    await page.goto('about:blank')
    await opened(page, `${server.url}/-/watch/film.mp4`)
    t.equal(await position(page), 0, 'a file that was played to its end begins at its start')

    // Another version of the file: the position was in the old one.
    await page.keyboard.press('6')
    await page.waitForFunction(() => !document.querySelector('video')?.seeking)
    await page.goto('about:blank')
    folder.write('film.mp4', readFileSync('media/clip-moov-last.mp4'))
    await opened(page, `${server.url}/-/watch/film.mp4`)
    t.equal(await position(page), 0, 'another version begins at its start')
  },
)

for (const name of inForm<readonly BrowserName[]>({ short: ['chromium'], long: BROWSERS })) {
  tap.test(
    `the player plays an HLS playlist in ${name}, and a listing offers no segment`,
    needs(COMMAND[name], 'ffmpeg'),
    async (t) => {
      using folder = new Folder()
      const input = ['-v', 'error', '-i', 'media/clip.mp4', '-c', 'copy']
      const output = ['-hls_time', '10', '-hls_list_size', '0', folder.at('stream.m3u8')]
      t.equal((await run('ffmpeg', [...input, ...output])).code, 0)
      await using server = await Server.start([folder.path, '--list'])
      const listing = await (await fetch(server.url, { headers: { accept: 'text/html' } })).text()
      const links = listing.match(/-\/watch\/[^"]+/g)
      t.strictSame([...new Set(links)], ['-/watch/stream.m3u8'])
      await using browser = await startBrowser(name)
      await using page = await browser.open()
      await page.goto(`${server.url}/-/watch/stream.m3u8`)
      const timeout = { timeout: 30_000 }
      await page.waitFor(() => (document.querySelector('video')?.duration ?? 0) > 59, 0, timeout)
      await page.evaluate(() => {
        const video = document.querySelector('video') as HTMLVideoElement
        video.muted = true
        video.currentTime = 30
        return video.play()
      }, 0)
      await page.waitFor(() => (document.querySelector('video')?.currentTime ?? 0) > 31, 0, timeout)
      t.strictSame(page.errors, [])
    },
  )
}

tap.test(
  'the player shows on its bar what has arrived, by which attempt, and where it was cut and went on',
  needs('chromium'),
  async (t) => {
    using folder = films()
    await using server = await Server.start([folder.path])
    await using proxy = await CuttingProxy.start(() => server.port, 600_000)
    await using chromium = await Chromium.start()
    const { page } = chromium
    await page.goto(`http://127.0.0.1:${proxy.port}/-/watch/film.mp4`)
    // The worker reads the file from the second visit on at the latest.
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    t.equal((await playToEnd(page, { rate: 8, timeout: 60_000 })).error, null)
    await page.waitForSelector('.lb-mark-cut', { state: 'attached' })
    await page.waitForSelector('.lb-mark-healed', { state: 'attached' })
    await page.waitForSelector('.lb-part-1', { state: 'attached' })
    t.match(
      await page.locator('#received').innerText(),
      /2.7 MB of 2.7 MB have arrived, by \d+ attempts/,
    )
    t.equal(await state(page), 'Played to the end.')
  },
)

tap.test(
  'the player goes on after its server was away, and tells so meanwhile',
  needs('chromium'),
  async (t) => {
    using folder = films()
    const port = String(await freePort())
    const args = [folder.path, '--port', port, '--rate', '150000']
    const server = await Server.start(args)
    await using chromium = await Chromium.start()
    const { page } = chromium
    await opened(page, `${server.url}/-/watch/film.mp4`)
    await page.evaluate(() => {
      const video = document.querySelector('video') as HTMLVideoElement
      video.muted = true
      return video.play()
    })
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 1)
    await server[Symbol.asyncDispose]()
    // The browser plays on from what it has; then the guard tells.
    await page.evaluate(() => {
      const video = document.querySelector('video') as HTMLVideoElement
      video.currentTime = 50
    })
    await page.waitForFunction(() =>
      document.querySelector('#state')?.textContent?.startsWith('No connection for'),
    )
    await using _again = await Server.start(args)
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 51)
    t.notMatch(await state(page), 'No connection')
  },
)

tap.test(
  'the player breaks its file by the menu of faults, if faults are on',
  needs('chromium'),
  async (t) => {
    using folder = films()
    await using server = await Server.start([
      folder.path,
      '--faults',
      '--fault-token',
      'secret-of-this-test',
    ])
    await using chromium = await Chromium.start()
    const { page } = chromium
    await opened(page, `${server.url}/-/watch/film.mp4`)
    await page.click('text=Break it')
    await page.click('text=Respond with 503')
    await page.waitForFunction(() =>
      document.querySelector('#state')?.textContent?.includes('token'),
    )
    await page.fill('.lb-break input', 'secret-of-this-test')
    await page.click('text=Respond with 503')
    await page.waitForFunction(() =>
      document.querySelector('#state')?.textContent?.includes('armed for the next requests'),
    )
    t.equal((await fetch(`${server.url}/film.mp4`, { method: 'HEAD' })).status, 503)
    t.equal((await fetch(`${server.url}/other.mp4`, { method: 'HEAD' })).status, 200)
    await page.click('text=Mend all')
    await page.waitForFunction(() =>
      document.querySelector('#state')?.textContent?.includes('disarmed'),
    )
    t.equal((await fetch(`${server.url}/film.mp4`, { method: 'HEAD' })).status, 200)
  },
)

tap.test('a video plays without the script of the player', needs('chromium'), async (t) => {
  using folder = films()
  await using server = await Server.start([folder.path])
  await using chromium = await Chromium.start()
  const context = await chromium.page.context().browser()?.newContext({ javaScriptEnabled: false })
  const page = await context?.newPage()
  await page?.goto(`${server.url}/-/watch/film.mp4`)
  t.equal(await page?.locator('video[controls]').count(), 1)
  t.equal(await page?.locator('#tools').isVisible(), false)
  t.equal(await page?.locator('text=Its folder').count(), 1)
})
