import type { Page } from 'playwright-core'
import tap from 'tap'
import { Chromium, hasMetadata, playToEnd } from '../fixture/browser.js'
import { CuttingProxy } from '../fixture/cutting-proxy.js'
import { Folder } from '../fixture/files.js'
import { inForm } from '../fixture/long-form.js'
import { needs, run, Server } from '../fixture/process.js'

/** Seeks to a second and plays until the position has advanced by `seconds`; resolves to the position. */
async function playFrom(page: Page, second: number, seconds: number): Promise<number> {
  return page.evaluate(
    ({ second, seconds }) =>
      new Promise<number>((resolve, reject) => {
        const video = document.querySelector('video') as HTMLVideoElement
        video.muted = true
        const onTime = () => {
          if (video.seeking || video.currentTime < second + seconds) return
          video.removeEventListener('timeupdate', onTime)
          video.pause()
          resolve(video.currentTime)
        }
        video.addEventListener('timeupdate', onTime)
        video.addEventListener('error', () =>
          reject(new Error(`video error ${video.error?.code}: ${video.error?.message}`)),
        )
        video.currentTime = second
        video.play().catch(reject)
      }),
    { second, seconds },
  )
}

tap.test('<video> in Chromium plays, seeks and shows subtitles', needs('chromium'), async (t) => {
  await using server = await Server.start(['media', '--list'])
  await using chromium = await Chromium.start()
  const { page } = chromium
  await page.goto(server.url)
  await page.click('a[href="-/watch/clip.mp4"]')
  await hasMetadata(page)
  // The guard loads it once more, by the version of its file: meanwhile it has no size.
  const known = await page.waitForFunction(() => {
    const video = document.querySelector('video') as HTMLVideoElement
    const { duration: seconds, videoWidth: width, textTracks } = video
    return width > 0 ? { seconds, tracks: textTracks.length, width } : undefined
  })
  const facts = await known.jsonValue()
  t.match(facts, { tracks: 1, width: 640 })
  t.ok(Math.abs((facts?.seconds ?? 0) - 60) < 0.5)
  t.ok((await playFrom(page, 0, 0.5)) >= 0.5, 'plays')
  t.ok((await playFrom(page, 50, 0.5)) >= 50.5, 'seeks forward')
  t.ok((await playFrom(page, 10, 0.5)) >= 10.5, 'seeks back')
  // None is shown until a person chooses one.
  await page.selectOption('label:has-text("Subtitles") select', { index: 1 })
  await page.waitForFunction(
    () => (document.querySelector('video')?.textTracks[0]?.cues?.length ?? 0) === 12,
  )
  t.equal(await page.title(), 'clip.mp4')
})

const CLIPS = inForm({
  short: ['clip-moov-last.mp4', 'clip.webm'],
  long: ['clip.mp4', 'clip-moov-last.mp4', 'clip.webm'],
})
for (const clip of CLIPS) {
  tap.test(
    `<video> in Chromium plays ${clip} to its end through connections that end every 600 kB`,
    needs('chromium'),
    async (t) => {
      await using server = await Server.start(['media'])
      await using proxy = await CuttingProxy.start(() => server.port, 600_000)
      await using chromium = await Chromium.start()
      const { page } = chromium
      await page.goto(`http://127.0.0.1:${proxy.port}/-/watch/${clip}`)
      const { error, seconds } = await playToEnd(page, { rate: 8, timeout: 60_000 })
      t.equal(error, null)
      t.ok(seconds > 59.5, `played to ${seconds} s`)
      t.ok(proxy.cuts >= 2, `${proxy.cuts} cuts`)
      await page.waitForFunction(
        () => document.querySelector('#state')?.textContent === 'Played to the end.',
      )
    },
  )
}

/** A film of so many minutes, about 2.6 MB each: enough for four connections that end after `cut` bytes. */
const FILM = inForm({ short: { minutes: 2, cut: 1_200_000 }, long: { minutes: 5, cut: 3_000_000 } })
tap.test(
  '<video> in Chromium seeks and plays through connections that end',
  needs('chromium', 'ffmpeg'),
  async (t) => {
    using folder = new Folder()
    const concatenation = [
      '-v',
      'error',
      '-stream_loop',
      String(FILM.minutes - 1),
      '-i',
      'media/clip.mp4',
      '-c',
      'copy',
      '-movflags',
      '+faststart',
    ]
    t.equal((await run('ffmpeg', [...concatenation, folder.at('long.mp4')])).code, 0)
    await using server = await Server.start([folder.path])
    await using proxy = await CuttingProxy.start(() => server.port, FILM.cut)
    await using chromium = await Chromium.start()
    const { page } = chromium
    await page.goto(`http://127.0.0.1:${proxy.port}/-/watch/long.mp4`)
    await hasMetadata(page)
    const seconds = inForm({ short: [0, 60, 110, 35], long: [0, 70, 140, 210, 290, 35] })
    for (const second of seconds) {
      t.ok((await playFrom(page, second, 1)) >= second + 1, `plays at ${second} s`)
    }
    await page.evaluate(() => {
      const video = document.querySelector('video') as HTMLVideoElement
      video.currentTime = 0
      video.playbackRate = 16
      return video.play()
    })
    await page.waitForFunction(
      () => (document.querySelector('video') as HTMLVideoElement).ended,
      undefined,
      { timeout: 90_000 },
    )
    t.ok(proxy.cuts >= 3, `${proxy.cuts} cuts`)
  },
)

tap.test(
  'a file name with markup or a javascript: URL runs no script on the listing and the watch page',
  needs('chromium'),
  async (t) => {
    using folder = new Folder({
      '<img src=x onerror=alert(1)>.mp4': 'x',
      '"><script>alert(2)<': 'x',
      'javascript:alert(3)': 'x',
    })
    await using server = await Server.start([folder.path, '--list'])
    await using chromium = await Chromium.start()
    const { page } = chromium
    let dialogs = 0
    page.on('dialog', (dialog) => {
      dialogs += 1
      return dialog.dismiss()
    })
    await page.goto(server.url)
    t.equal(await page.locator('tbody bdi a').count(), 3)
    await page.click('text=watch')
    t.equal(await page.title(), '<img src=x onerror=alert(1)>.mp4')
    t.equal(dialogs, 0)
  },
)
