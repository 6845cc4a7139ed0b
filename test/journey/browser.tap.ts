import type { Page } from 'playwright-core'
import tap from 'tap'
import { Chromium } from '../fixture/browser.js'
import { CuttingProxy } from '../fixture/cutting-proxy.js'
import { Folder } from '../fixture/files.js'
import { needs, Server } from '../fixture/process.js'

/** Runs in the page: plays from a second on, until the picture has moved this much further. */
async function playFrom(page: Page, second: number, seconds: number): Promise<number> {
  return page.evaluate(
    ({ second, seconds }) =>
      new Promise<number>((resolve, reject) => {
        const video = document.querySelector('video') as HTMLVideoElement
        video.muted = true
        const done = () => {
          if (video.seeking || video.currentTime < second + seconds) return
          video.removeEventListener('timeupdate', done)
          video.pause()
          resolve(video.currentTime)
        }
        video.addEventListener('timeupdate', done)
        video.addEventListener('error', () =>
          reject(new Error(`video error ${video.error?.code}: ${video.error?.message}`)),
        )
        video.currentTime = second
        video.play().catch(reject)
      }),
    { second, seconds },
  )
}

tap.test('<video> plays, seeks and shows its subtitles', needs('chromium'), async (t) => {
  await using server = await Server.start(['media', '--list'])
  await using chromium = await Chromium.start()
  const { page } = chromium
  await page.goto(server.url)
  await page.click('a[href="/-/watch/clip.mp4"]')
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 1)
  const facts = await page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement
    return { seconds: video.duration, tracks: video.textTracks.length, width: video.videoWidth }
  })
  t.match(facts, { tracks: 1, width: 640 })
  t.ok(Math.abs(facts.seconds - 60) < 0.5)
  t.ok((await playFrom(page, 0, 0.5)) >= 0.5, 'plays')
  t.ok((await playFrom(page, 50, 0.5)) >= 50.5, 'seeks forward')
  t.ok((await playFrom(page, 10, 0.5)) >= 10.5, 'seeks back')
  await page.waitForFunction(
    () => (document.querySelector('video')?.textTracks[0]?.cues?.length ?? 0) === 12,
  )
  t.equal(await page.title(), 'clip.mp4')
})

for (const clip of ['clip.mp4', 'clip-moov-last.mp4', 'clip.webm']) {
  tap.test(
    `<video> plays ${clip} to its end though connections are cut`,
    needs('chromium'),
    async (t) => {
      await using server = await Server.start(['media'])
      await using proxy = await CuttingProxy.start(() => server.port, 600_000)
      await using chromium = await Chromium.start()
      const { page } = chromium
      await page.goto(`http://127.0.0.1:${proxy.port}/-/watch/${clip}`)
      await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 1)
      await page.evaluate(() => {
        const video = document.querySelector('video') as HTMLVideoElement
        video.muted = true
        video.playbackRate = 8
        return video.play()
      })
      await page.waitForFunction(
        () => {
          const video = document.querySelector('video') as HTMLVideoElement
          return video.ended || video.error !== null
        },
        undefined,
        { timeout: 60_000 },
      )
      const outcome = await page.evaluate(() => {
        const video = document.querySelector('video') as HTMLVideoElement
        return { error: video.error?.message ?? null, at: video.currentTime }
      })
      t.equal(outcome.error, null)
      t.ok(outcome.at > 59.5, `played to ${outcome.at} s`)
      t.ok(proxy.cuts >= 2, `${proxy.cuts} cuts`)
      await page.waitForFunction(
        () => document.querySelector('#state')?.textContent === 'Played to the end.',
      )
    },
  )
}

tap.test('<video> survives connections cut every 3 MB', needs('chromium', 'ffmpeg'), async (t) => {
  // Five minutes of the clip, about 13 MB: long enough to be cut four times.
  const { run } = await import('../fixture/process.js')
  using folder = new Folder()
  const long = [
    '-v',
    'error',
    '-stream_loop',
    '4',
    '-i',
    'media/clip.mp4',
    '-c',
    'copy',
    '-movflags',
    '+faststart',
  ]
  t.equal((await run('ffmpeg', [...long, folder.at('long.mp4')])).code, 0)
  await using server = await Server.start([folder.path])
  await using proxy = await CuttingProxy.start(() => server.port, 3_000_000)
  await using chromium = await Chromium.start()
  const { page } = chromium
  await page.goto(`http://127.0.0.1:${proxy.port}/-/watch/long.mp4`)
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 1)
  for (const second of [0, 70, 140, 210, 290, 35]) {
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
})

tap.test('a hostile file name does nothing on a page', needs('chromium'), async (t) => {
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
  t.equal(await page.locator('tbody a').count(), 4)
  await page.click('text=watch')
  t.equal(await page.title(), '<img src=x onerror=alert(1)>.mp4')
  t.equal(dialogs, 0)
})
