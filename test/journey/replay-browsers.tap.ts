import { join } from 'node:path'
import tap from 'tap'
import { startBrowser } from '../fixture/browsers/start-browser.js'
import { BROWSERS, type BrowserName, COMMAND } from '../fixture/browsers/test-browser.js'
import { Folder } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { inForm } from '../fixture/long-form.js'
import { nginxArgs } from '../fixture/nginx-config.js'
import { needs, RunningProcess } from '../fixture/process.js'
import { type ServerProgram, ThirdPartyServer } from '../fixture/third-party-servers.js'

const EVENTS = 40
const WORKER = join(import.meta.dirname, 'replay', 'worker.mjs')

/** nginx as a proxy, which closes connections while nothing listens behind it: EventSource stops for ever at a 502. */
const proxyOf = (origin: number): ServerProgram => ({
  name: 'nginx',
  command: 'nginx',
  hasRanges: false,
  args: (port, _files, own) =>
    nginxArgs(port, own, {
      http: 'access_log off;',
      server: `
      error_page 502 = @away;
      location @away { return 444; }
      location / {
        proxy_pass http://127.0.0.1:${origin};
        proxy_http_version 1.1;
      }`,
    }),
})

interface Seen {
  readonly numbers: number[]
  readonly processes: number[]
  end: string
}
type Reading = typeof globalThis & { seen: Seen }

/** Reads the stream as a page does, with nothing but EventSource. */
function readInPage(path: string): void {
  const seen: Seen = { numbers: [], processes: [], end: '' }
  ;(globalThis as Reading).seen = seen
  const source = new EventSource(path)
  source.addEventListener('tick', ({ data }) => {
    const { n, by } = JSON.parse(data)
    seen.numbers.push(n)
    if (!seen.processes.includes(by)) seen.processes.push(by)
  })
  source.addEventListener('end', () => {
    seen.end = 'end'
    source.close()
  })
  source.addEventListener('error', ({ data }: Event & { data?: string }) => {
    if (data !== undefined || source.readyState === source.CLOSED) seen.end = data ?? 'closed'
  })
}

for (const name of inForm<readonly BrowserName[]>({
  short: BROWSERS.slice(0, 1),
  long: BROWSERS,
})) {
  tap.test(
    `EventSource in ${name} gets each event once over kill -9 of the server, and the whole stream after a reload`,
    needs(COMMAND[name], 'nginx'),
    async (t) => {
      using folder = new Folder({})
      const port = await freePort()
      const start = async () => {
        const store = { kind: 'file', folder: folder.path, fsync: 'never' }
        const options = { store, lease: 400, events: EVENTS, port, pause: 50 }
        const worker = new RunningProcess(process.execPath, [WORKER, JSON.stringify(options)])
        await worker.waitForOutput(/port \d+/)
        return worker
      }
      await using first = await start()
      await using nginx = await ThirdPartyServer.start(proxyOf(port), '')
      await using browser = await startBrowser(name)
      await using page = await browser.open()
      const open = async () => {
        await page.goto(`${nginx.url}/page`)
        await page.evaluate(readInPage, '/stream/a')
      }
      const seen = () => page.evaluate(() => (globalThis as Reading).seen, undefined)
      await open()
      const received = (n: number) => (globalThis as Reading).seen.numbers.length >= n
      await page.waitFor(received, 5, { timeout: 20_000 })
      first.child.kill('SIGKILL')
      await first.exit
      await using _second = await start()
      const ended = () => (globalThis as Reading).seen.end !== ''
      await page.waitFor(ended, undefined, { timeout: 30_000 })
      const all = Array.from({ length: EVENTS }, (_, at) => at + 1)
      const { numbers, processes, end } = await seen()
      t.same({ numbers, end }, { numbers: all, end: 'end' })
      t.equal(processes.length, 2, 'two processes have produced the stream')
      await open()
      await page.waitFor(ended, undefined, { timeout: 20_000 })
      t.same(await seen(), { numbers: all, processes, end: 'end' })
    },
  )
}
