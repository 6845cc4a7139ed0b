import tap from 'tap'
import { startBrowser } from '../fixture/browsers/start-browser.js'
import { type BrowserName, COMMAND, type TestPage } from '../fixture/browsers/test-browser.js'
import type { Folder } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { inForm, isLong } from '../fixture/long-form.js'
import { needs } from '../fixture/process.js'
import { documentedPage, nakedPage } from './players/documented-pages.js'
import { BYTES_PER_SECOND, FILM_SECONDS, filmInSegments } from './players/film.js'
import { FilmServer } from './players/film-server.js'
import { play, played, reaches, record } from './players/played.js'
import { PlayerSite } from './players/player-site.js'

/** Package → the film in its format. */
const PLAYERS = {
  'hls.js': 'hls/index.m3u8',
  dashjs: 'dash/index.mpd',
  'shaka-player': 'dash/index.mpd',
  'video.js': 'hls/index.m3u8',
}
type PlayerName = keyof typeof PLAYERS
const NAMES = Object.keys(PLAYERS) as PlayerName[]

interface Outage {
  readonly name: string
  /** `long`: only by `npm run players` and `npm run test:long`. */
  readonly length: 'short' | 'long'
  /** The players that the short form guards. */
  readonly shortFor: readonly PlayerName[]
  readonly browsers: readonly BrowserName[]
  readonly happens: (server: FilmServer) => Promise<void>
  /** The players that it ends, without the guard. */
  readonly fatalFor: readonly PlayerName[]
}

const DASH_PLAYERS: readonly PlayerName[] = ['dashjs', 'shaka-player']
const OUTAGES: readonly Outage[] = [
  {
    name: 'is dead for 5 s',
    length: 'short',
    browsers: ['chromium'],
    shortFor: NAMES,
    happens: (server) => server.isDeadFor(5_000),
    fatalFor: DASH_PLAYERS,
  },
  {
    name: 'is dead for 30 s',
    length: 'long',
    browsers: ['chromium'],
    shortFor: [],
    happens: (server) => server.isDeadFor(30_000),
    fatalFor: DASH_PLAYERS,
  },
  {
    name: 'sends 1000 bytes of each response and then nothing, for 20 s',
    length: 'short',
    browsers: ['chromium'],
    shortFor: ['hls.js', 'video.js'],
    happens: (server) => server.injects({ kind: 'stall', at: 1000 }, 20_000),
    fatalFor: ['hls.js', 'video.js'],
  },
  {
    name: 'responds with 503 for 20 s',
    length: 'long',
    browsers: ['chromium'],
    shortFor: [],
    happens: (server) => server.injects({ kind: 'status', status: 503, retryAfter: 2 }, 20_000),
    fatalFor: DASH_PLAYERS,
  },
]

let encoded: Promise<Folder> | undefined
/** The film, which is encoded once. */
function film(): Promise<Folder> {
  encoded ??= filmInSegments()
  return encoded
}
tap.teardown(async () => (await encoded)?.[Symbol.dispose]())

// Two at a time: a page mostly waits.
tap.jobs = 2

const outages = OUTAGES.filter(({ length }) => isLong || length === 'short')
const rows = outages.flatMap((outage) => outage.browsers.map((browser) => ({ browser, outage })))
for (const { browser: name, outage } of rows) {
  tap.test(
    `in ${name}, each player with the documented guard plays on when its server ${outage.name}`,
    needs(COMMAND[name], 'ffmpeg'),
    async (t) => {
      const folder = await film()
      const names = inForm({ short: outage.shortFor, long: NAMES })
      const fatalFor = inForm({ short: outage.fatalFor.slice(0, 1), long: outage.fatalFor })
      const pages = names.length + fatalFor.length
      // Fast enough to play, too slow for all of the film to be there before the outage.
      const rate = BYTES_PER_SECOND * 1.5 * pages
      await using server = await FilmServer.start(folder.path, await freePort(), rate)
      await using site = await PlayerSite.start()
      await using browser = await startBrowser(name)
      const open = async (player: PlayerName, page: typeof documentedPage): Promise<TestPage> => {
        const opened = await browser.open()
        await opened.goto(await site.add(page(player, `${server.url}/${PLAYERS[player]}`)))
        await play(opened)
        return opened
      }
      const guarded = await Promise.all(names.map((player) => open(player, documentedPage)))
      const naked = await Promise.all(fatalFor.map((player) => open(player, nakedPage)))
      for (const page of [...guarded, ...naked]) t.ok(await reaches(page, 2, 60_000), 'plays')
      for (const page of [...guarded, ...naked]) await record(page)
      await outage.happens(server)
      const after = await Promise.all(guarded.map(async (page) => (await played(page)).position))
      for (const [index, page] of guarded.entries()) {
        const second = Math.min((after[index] ?? 0) + 10, FILM_SECONDS - 1)
        t.ok(await reaches(page, second, 90_000), `${names[index]} plays on to ${second} s`)
        const { skipped, repeated, moves } = await played(page)
        t.ok(skipped <= 0.5, `${names[index]} skips ${skipped} s`, { moves })
        t.ok(repeated <= 0.1, `${names[index]} repeats ${repeated} s`, { moves })
      }
      for (const [index, page] of naked.entries()) {
        const { position } = await played(page)
        t.notOk(await reaches(page, position + 0.5, 2_000), `${fatalFor[index]} is dead`)
      }
    },
  )
}
