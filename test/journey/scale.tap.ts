import { mkdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import tap from 'tap'
import { download } from '../../src/client/index.js'
import { Chromium, playToEnd } from '../fixture/browser.js'
import { Folder, pattern } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { temporaryPaths } from '../fixture/nginx-config.js'
import { needs, RunningProcess, run, Server } from '../fixture/process.js'
import { Swift } from '../fixture/swift.js'

const CONTENT = pattern(10_000_000)
/** nginx's rate limit for one response in bytes a second, so that nodes are killed during downloads. */
const RATE = '500k'
/** Downloads with lastbyte/client, and with aria2. */
const OWN = 30
const ARIA2 = 19

tap.test(
  '50 clients behind nginx finish while three nodes over one bucket are killed one after another',
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
    await using _nginx = new RunningProcess('nginx', [
      '-e',
      'stderr',
      '-c',
      configFor(own, port, ports),
    ])
    const url = `http://127.0.0.1:${port}`
    await isReady(`${url}/-/readyz`)

    await t.test('every node and nginx announce the same ETag and digest of a file', async (t) => {
      const fronts = [...nodes.map((node) => node.url), url]
      const announced = await Promise.all(
        fronts.map(async (front) => {
          const headers = { 'want-repr-digest': 'sha-256=9' }
          const response = await fetch(`${front}/f`, { method: 'HEAD', headers })
          return ['etag', 'repr-digest'].map((name) => response.headers.get(name))
        }),
      )
      t.match(announced[0], [/^"/, /^sha-256=:/])
      for (const each of announced) t.same(each, announced[0])
    })

    await t.test('nginx caches slices and serves a range across them', async (t) => {
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
    const video = playToEnd(page, { rate: 4, timeout: 120_000 })
    using out = new Folder()
    const downloads = Array.from({ length: OWN }, async (_none, at) => {
      await download(`${url}/f`, { to: out.at(`own-${at}`) })
      return `own-${at}`
    })
    const aria2Downloads = Array.from({ length: ARIA2 }, async (_none, at) => {
      const name = `aria2-${at}`
      const { code, stdout } = await run('aria2c', [
        ...['--no-conf', '-q', '--max-tries=0', '--retry-wait=1', '--file-allocation=none'],
        ...['-d', out.path, '-o', name, `${url}/f`],
      ])
      if (code !== 0) throw new Error(`aria2c exited with ${code}: ${stdout}`)
      return name
    })

    const all = Promise.all([...downloads, ...aria2Downloads])
    let isFinished = false
    const finish = () => {
      isFinished = true
    }
    all.then(finish, finish)

    const interrupted: number[] = []
    for (const [at, node] of nodes.entries()) {
      interrupted.push(await runningTransfers(node, () => isFinished))
      node.child.kill('SIGKILL')
      await node.exit
      nodes[at] = await startNode(swift, node.port)
    }
    // On a slow machine all downloads may have finished before the last node is killed.
    const nodesWithTransfers = interrupted.filter((transfers) => transfers > 0).length
    t.ok(nodesWithTransfers > 1, `transfers interrupted on each node: ${interrupted}`)
    const names = await all
    t.equal(names.length, OWN + ARIA2)
    for (const name of names) {
      if (!readFileSync(out.at(name)).equals(CONTENT)) t.fail(`${name} has wrong bytes`)
    }
    const { ended, error } = await video
    t.same({ ended, error }, { ended: true, error: null })
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

/** The nginx configuration of the documentation, with other ports and a rate limit. */
function configFor(own: Folder, port: number, ports: readonly number[]): string {
  mkdirSync(own.at('cache'))
  const config = readFileSync('docs/scale/nginx.conf', 'utf8')
    .replace(/127\.0\.0\.1:808([123])/g, (_all, node) => `127.0.0.1:${ports[node - 1]}`)
    .replace('127.0.0.1:8080', `127.0.0.1:${port}`)
    .replace('/var/cache/nginx/lastbyte', own.at('cache'))
    .replace('worker_processes auto;', `daemon off; master_process off; pid "${own.at('pid')}";`)
    .replace('location / {', `location / { limit_rate ${RATE};`)
    .replace('http {', `http { access_log off; ${temporaryPaths(own)}`)
  return own.write('nginx.conf', config)
}

/** Waits until a node has running transfers and resolves to their number; 0 if all downloads finish first. */
async function runningTransfers({ url }: Server, isFinished: () => boolean): Promise<number> {
  for (;;) {
    if (isFinished()) return 0
    const metrics = await (await fetch(`${url}/-/metrics`)).text()
    const count = Number(/^lastbyte_transfers_running (\d+)/m.exec(metrics)?.[1])
    if (count > 0) return count
    await delay(20)
  }
}

/** Waits until a URL responds with 200. */
async function isReady(url: string): Promise<void> {
  while (
    !(await fetch(url)
      .then(({ ok }) => ok)
      .catch(() => false))
  )
    await delay(20)
}
