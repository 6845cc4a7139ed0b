import tap from 'tap'
import { startBrowser } from '../fixture/browsers/start-browser.js'
import {
  BROWSERS,
  type BrowserName,
  COMMAND,
  type TestPage,
} from '../fixture/browsers/test-browser.js'
import { Folder } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { inForm } from '../fixture/long-form.js'
import { needs, run } from '../fixture/process.js'
import { FilmServer } from './players/film-server.js'
import { PlayerSite } from './players/player-site.js'

const IDS = ['sound', 'one', 'two']
/** s of the sound and of the films: so long that on no machine one is received before its server fails. */
const SECONDS = 300
/** Bytes a second of all six: a little more than they play. */
const RATE = 300_000

/** Two films and a sound of another origin, which the guard plays, or nobody. */
function pageOf(url: string, isGuarded: boolean) {
  const markup = `<audio id="sound" controls crossorigin src="${url}/sound.m4a"></audio>
<video id="one" controls crossorigin src="${url}/one.mp4"></video>
<video id="two" controls crossorigin src="${url}/two.mp4"></video>`
  const all = `const all = [...document.querySelectorAll('audio, video')]`
  const guards = `import { guard } from 'lastbyte/video'; ${all}; for (const each of all) guard(each)`
  const plays = 'for (const each of all) { each.muted = true; each.play().catch(() => {}) }'
  return { markup, script: `${isGuarded ? guards : all}; ${plays}` }
}

/** s, of each element. */
function positions(page: TestPage): Promise<readonly number[]> {
  return page.evaluate(
    (ids) => ids.map((id) => (document.getElementById(id) as HTMLMediaElement).currentTime),
    IDS,
  )
}

/** Waits until each element has reached its second. */
async function reach(page: TestPage, seconds: readonly number[], timeout: number) {
  const holds = ({ ids, seconds }: { ids: string[]; seconds: readonly number[] }) =>
    ids.every((id, index) => {
      const { currentTime } = document.getElementById(id) as HTMLMediaElement
      return currentTime >= (seconds[index] ?? 0)
    })
  await page.waitFor(holds, { ids: IDS, seconds }, { timeout })
}

for (const name of inForm<readonly BrowserName[]>({ short: ['chromium'], long: BROWSERS })) {
  tap.test(
    `in ${name}, a guarded sound and two films of another origin play on after their server was killed and then busy`,
    needs(COMMAND[name], 'ffmpeg'),
    async (t) => {
      using folder = new Folder()
      const seconds = ['-t', String(SECONDS)]
      const film = ['-stream_loop', '-1', '-i', 'media/clip.mp4', ...seconds, '-c', 'copy']
      const tone = ['-f', 'lavfi', '-i', 'sine=frequency=330', ...seconds, '-b:a', '128k']
      const files = { 'one.mp4': film, 'two.mp4': film, 'sound.m4a': tone }
      for (const [file, args] of Object.entries(files)) {
        t.equal((await run('ffmpeg', ['-v', 'error', ...args, folder.at(file)])).code, 0, file)
      }
      await using server = await FilmServer.start(folder.path, await freePort(), RATE)
      await using site = await PlayerSite.start()
      await using browser = await startBrowser(name)
      const [guarded, naked] = await Promise.all(
        [true, false].map(async (isGuarded) => {
          const page = await browser.open()
          await page.goto(await site.add(pageOf(server.url, isGuarded)))
          return page
        }),
      )
      if (guarded === undefined || naked === undefined) throw new Error('expected two pages')
      for (const page of [guarded, naked]) await reach(page, [1, 1, 1], 90_000)
      await server.isDeadFor(1_000)
      await server.injects({ kind: 'status', status: 503 }, 6_000)
      const before = await positions(guarded)
      await reach(
        guarded,
        before.map((second) => second + 12),
        120_000,
      )
      const isDead = (ids: string[]) =>
        ids.some((id) => (document.getElementById(id) as HTMLMediaElement).error !== null)
      await naked.waitFor(isDead, IDS, { timeout: 60_000 })
      t.pass('the unguarded ones have failed')
    },
  )
}
