// What happens on a page before its picture is taken, with what the pages of playwright and puppeteer have in
// common: evaluate, click, keyboard.press, waitForSelector, waitForFunction.

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const hasData = () => {
  const media = document.querySelector('video, audio')
  return media !== null && !media.seeking && media.readyState >= 2
}

function seek(page, second) {
  return page.evaluate((second) => {
    const media = document.querySelector('video, audio')
    media.muted = true
    media.currentTime = second
  }, second)
}

/** Shows a frame of the film, and the bytes that have arrived. */
export async function showFrame(page) {
  await page.waitForFunction(hasData)
  await seek(page, 9)
  await page.waitForFunction(hasData)
  await pause(800)
}

export async function shownTools(page) {
  await showFrame(page)
  await page.evaluate(() => document.querySelector('#tools')?.scrollIntoView())
  await pause(200)
}

/** Waits for the posters. */
export async function showGrid(page) {
  await page.waitForFunction(() =>
    [...document.images].every((image) => image.complete || image.loading === 'lazy'),
  )
  await pause(500)
}

export function pressed(key) {
  return async (page) => {
    await showFrame(page)
    await page.keyboard.press(key)
    await page.waitForFunction(() => document.querySelector('dialog[open]')?.checkVisibility())
  }
}

export async function reconnecting(page, served) {
  await page.waitForFunction(hasData)
  await seek(page, 4)
  await page.waitForFunction(hasData)
  await page.evaluate(() => document.querySelector('video').play())
  await served.kill()
  await page.waitForFunction(() => document.querySelector('video').currentTime > 4.3)
  await seek(page, 27)
  await pause(6_000)
}

export async function slowDownloads(page, served) {
  await served.arm({ match: { path: '/voyage.mp4' }, fault: { kind: 'throttle', rate: 400_000 } })
  await served.arm({ match: { path: '/**.zip' }, fault: { kind: 'throttle', rate: 90_000 } })
  await served.arm({ match: { path: '/server.log' }, fault: { kind: 'truncate', at: 60_000 } })
  served.download('/server.log')
  served.download('/nocturne.mp3')
  served.download('/voyage.mp4')
  served.download('/recordings.zip')
  served.download('/voyage.mp4', { range: 'bytes=5000000-' })
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length >= 5)
  await pause(3_000)
}

export async function twoFaults(page, served) {
  await served.arm({
    id: 'cut',
    match: { path: '/**.mp4' },
    fault: { kind: 'truncate', at: 500_000 },
    times: 3,
  })
  await served.arm({
    match: { path: '/*.log' },
    fault: { kind: 'status', status: 503, retryAfter: 5 },
  })
  served.download('/voyage.mp4')
  served.download('/server.log')
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length >= 4)
  await pause(500)
}
