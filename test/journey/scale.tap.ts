import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import tap from 'tap'
import { download } from '../../src/client/index.js'
import { Chromium } from '../fixture/browser.js'
import { Folder, pattern } from '../fixture/files.js'
import { needs, Running, run, Server } from '../fixture/process.js'
import { Swift } from '../fixture/swift.js'

const CONTENT = pattern(10_000_000)
/** Bytes a second of one answer, so that downloads last while nodes die. */
const RATE = '500k'
const OWN = 30
const ARIA2 = 19

tap.test(
  'three nodes over one bucket behind nginx are killed one after another, and 50 clients finish',
  { ...needs('nginx', 'aria2c', 'chromium', 'swift-proxy-server'), timeout: 120_000 },
  async (t) => {
    await using swift = await Swift.start()
    await swift.bucket('media')
    await swift.put('media', 'f', CONTENT)
    await swift.put('media', 'v/f', CONTENT)
    await swift.put('media', 'clip.mp4', readFileSync('media/clip.mp4'))
    const nodes = await Promise.all([0, 1, 2].map(() => startNode(swift)))
    await using _nodes = { [Symbol.asyncDispose]: () => endAll(nodes) }
    using own = new Folder()
    const port = await freePort()
    const ports = nodes.map((node) => node.port)
    await using _nginx = new Running('nginx', ['-e', 'stderr', '-c', configFor(own, port, ports)])
    const url = `http://127.0.0.1:${port}`
    await answers(`${url}/-/readyz`)

    await t.test('each node tells the same of a file, and so does nginx', async (t) => {
      const fronts = [...nodes.map((node) => node.url), url]
      const told = await Promise.all(
        fronts.map(async (front) => {
          const headers = { 'want-repr-digest': 'sha-256=9' }
          const response = await fetch(`${front}/f`, { method: 'HEAD', headers })
          return ['etag', 'repr-digest'].map((name) => response.headers.get(name))
        }),
      )
      t.match(told[0], [/^"/, /^sha-256=:/])
      for (const each of told) t.same(each, told[0])
    })

    await t.test('nginx keeps slices, and gives any range of them', async (t) => {
      const get = async () => {
        const headers = { range: 'bytes=1048000-2098000' }
        const response = await fetch(`${url}/v/f`, { headers })
        const bytes = Buffer.from(await response.arrayBuffer())
        t.equal(response.status, 206)
        t.ok(bytes.equals(CONTENT.subarray(1_048_000, 2_098_001)))
        return response.headers.get('x-cache-status')
      }
      t.equal(await get(), 'MISS')
      t.equal(await get(), 'HIT')
    })

    await using chromium = await Chromium.start()
    const { page } = chromium
    await page.goto(`${url}/-/watch/clip.mp4`)
    const video = play(page)
    using out = new Folder()
    const downloads = Array.from({ length: OWN }, async (_none, at) => {
      await download(`${url}/f`, { to: out.at(`own-${at}`) })
      return `own-${at}`
    })
    const others = Array.from({ length: ARIA2 }, async (_none, at) => {
      const name = `aria2-${at}`
      const { code, stdout } = await run('aria2c', [
        ...['--no-conf', '-q', '--max-tries=0', '--retry-wait=1', '--file-allocation=none'],
        ...['-d', out.path, '-o', name, `${url}/f`],
      ])
      if (code !== 0) throw new Error(`aria2c ended with ${code}: ${stdout}`)
      return name
    })

    const all = Promise.all([...downloads, ...others])
    let isOver = false
    const over = () => {
      isOver = true
    }
    all.then(over, over)

    const cut: number[] = []
    for (const [at, node] of nodes.entries()) {
      cut.push(await running(node, () => isOver))
      node.child.kill('SIGKILL')
      await node.exit
      nodes[at] = await startNode(swift, node.port)
    }
    // On a slow machine the last node may come too late.
    t.ok(cut.filter((transfers) => transfers > 0).length > 1, `transfers that were cut: ${cut}`)
    const names = await all
    t.equal(names.length, OWN + ARIA2)
    for (const name of names) {
      if (!readFileSync(out.at(name)).equals(CONTENT)) t.fail(`${name} has other bytes`)
    }
    t.same(await video, { ended: true, error: null })
  },
)

function startNode({ endpoint, credentials }: Swift, port = 0): Promise<Server> {
  const { accessKeyId, secretAccessKey } = credentials
  return Server.start(['s3://media', '--endpoint', endpoint, '--max-age', '1d'], {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    PORT: String(port),
  })
}

async function endAll(nodes: readonly Server[]): Promise<void> {
  await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))
}

/** The configuration of the documentation, on other ports, and slower. */
function configFor(own: Folder, port: number, ports: readonly number[]): string {
  mkdirSync(own.at('cache'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path "${own.at(kind)}";`)
    .join('\n')
  const config = readFileSync('docs/scale/nginx.conf', 'utf8')
    .replace(/127\.0\.0\.1:808([123])/g, (_all, node) => `127.0.0.1:${ports[node - 1]}`)
    .replace('127.0.0.1:8080', `127.0.0.1:${port}`)
    .replace('/var/cache/nginx/lastbyte', own.at('cache'))
    .replace('worker_processes auto;', `daemon off; master_process off; pid "${own.at('pid')}";`)
    .replace('location / {', `location / { limit_rate ${RATE};`)
    .replace('http {', `http { access_log off; ${temporary}`)
  return own.write('nginx.conf', config)
}

/** Waits until some transfers run on a node, and tells how many; 0 when all is over before. */
async function running({ url }: Server, isOver: () => boolean): Promise<number> {
  for (;;) {
    if (isOver()) return 0
    const metrics = await (await fetch(`${url}/-/metrics`)).text()
    const count = Number(/^lastbyte_transfers_running (\d+)/m.exec(metrics)?.[1])
    if (count > 0) return count
    await pause(20)
  }
}

async function answers(url: string): Promise<void> {
  while (
    !(await fetch(url)
      .then(({ ok }) => ok)
      .catch(() => false))
  )
    await pause(20)
}

/** Plays the page's video to its end, or to its error. */
async function play(page: Chromium['page']): Promise<{ ended: boolean; error: string | null }> {
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 1)
  await page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement
    video.muted = true
    video.playbackRate = 4
    return video.play()
  })
  await page.waitForFunction(
    () => {
      const video = document.querySelector('video') as HTMLVideoElement
      return video.ended || video.error !== null
    },
    undefined,
    { timeout: 120_000 },
  )
  return page.evaluate(() => {
    const { ended, error } = document.querySelector('video') as HTMLVideoElement
    return { ended, error: error?.message ?? null }
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
