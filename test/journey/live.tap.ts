import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import tap from 'tap'
import { Chromium } from '../fixture/browser.js'
import { Folder } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { inForm } from '../fixture/long-form.js'
import { nginxArgs } from '../fixture/nginx-config.js'
import { needs, RunningProcess, run, Server } from '../fixture/process.js'

const COMMAND = 'dist/cli/main.js'
const BIG = '9007199254740991'
/** How often the server is killed during a recording. */
const KILLS = inForm({ short: 2, long: 20 })
/** ms after which a loop of a failed test ends. */
const LONGEST = inForm({ short: 120_000, long: 600_000 })

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const get = (...args: string[]) => new RunningProcess(process.execPath, [COMMAND, 'get', ...args])

/** Records a test picture with sound into a file of a folder, at the speed of a camera, until it is stopped. */
function record(folder: Folder, name: string, format: readonly string[]): RunningProcess {
  folder.write(`${name}.live`, '')
  return new RunningProcess('ffmpeg', [
    ...['-v', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25'],
    ...['-f', 'lavfi', '-i', 'sine', '-c:v', 'libx264', '-preset'],
    ...['ultrafast', '-g', '25', '-c:a', 'aac', ...format, '-y', folder.at(name)],
  ])
}

/** Ends a recording, as Ctrl+C does: ffmpeg writes what it has. */
async function stop(recording: RunningProcess, marker: string): Promise<void> {
  recording.child.kill('SIGINT')
  const { stderr } = await recording.exit
  if (stderr !== '' && !/signal 2/i.test(stderr)) throw new Error(stderr)
  rmSync(marker)
}

async function untilIt(is: () => boolean): Promise<void> {
  const begin = performance.now()
  while (!is()) {
    if (performance.now() - begin > LONGEST) throw new Error(`it never was: ${is}`)
    await delay(20)
  }
}

/** A server of a folder that is killed while a recording runs, and started again on the same port. */
class MortalServer implements AsyncDisposable {
  private constructor(
    private readonly args: readonly string[],
    readonly port: number,
    private server: Server,
  ) {}

  static async start(...args: readonly string[]): Promise<MortalServer> {
    const port = await freePort()
    const server = await Server.start(args, { PORT: String(port) })
    return new MortalServer(args, port, server)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async restart(): Promise<void> {
    this.server.child.kill('SIGKILL')
    await this.server.exit
    this.server = await Server.start(this.args, { PORT: String(this.port) })
  }

  /** Kills it while the recording grows, with bytes between two kills. */
  async suffer(recording: RunningProcess, path: string): Promise<void> {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { size } = statSync(path)
      await untilIt(() => statSync(path).size > size + 60_000 || recording.hasEnded)
      if (recording.hasEnded) throw new Error(`the recording was over at kill ${kill}`)
      await this.restart()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
  }
}

/** Reads a live file with curl, which has to be started again by its user where it was cut. */
async function curlThroughKills(url: string, to: string): Promise<number> {
  const fields = `${to}.head`
  let tag = ''
  let runs = 0
  const begin = performance.now()
  for (;;) {
    if (performance.now() - begin > LONGEST) throw new Error(`curl was started ${runs} times`)
    runs += 1
    const start = existsSync(to) ? statSync(to).size : 0
    const pin = tag === '' ? [] : ['-H', `If-Range: ${tag}`]
    const part = `${to}.more`
    const args = ['-s', '-D', fields, '-r', `${start}-${BIG}`, ...pin, '-o', part, url]
    const { code } = await run('curl', args)
    const head = existsSync(fields) ? readFileSync(fields, 'latin1') : ''
    if (/^HTTP\/1.1 206/.test(head)) {
      tag ||= /^etag: (.*)\r$/im.exec(head)?.[1] ?? ''
      if (existsSync(part)) appendFileSync(to, readFileSync(part))
    }
    // It is finished, and the last response was cut before its last chunk.
    if (/^HTTP\/1.1 416/.test(head) || code === 0) return runs
    rmSync(part, { force: true })
    rmSync(fields, { force: true })
    await delay(50)
  }
}

tap.test(
  'curl, lastbyte get and ffmpeg have every byte of a TS recording, although the server is killed',
  { ...needs('curl', 'ffmpeg', 'ffprobe'), timeout: 300_000 },
  async (t) => {
    using folder = new Folder()
    using out = new Folder()
    await using server = await MortalServer.start(folder.path, '--live')
    await using recording = record(folder, 'show.ts', ['-f', 'mpegts', '-flush_packets', '1'])
    const show = folder.at('show.ts')
    await untilIt(() => existsSync(show) && statSync(show).size > 50_000)
    const url = `${server.url}/show.ts`
    await using download = get(url, '--live', '--retry-for', '60s', '-o', out.at('get.ts'))
    const byCurl = curlThroughKills(url, out.at('curl.ts'))
    byCurl.catch(() => {})
    // It joins a response that was cut by itself, where it asks for a very large end too.
    await using player = new RunningProcess('ffmpeg', [
      ...['-v', 'error', '-end_offset', '9007199254740992', '-reconnect', '1'],
      ...['-reconnect_at_eof', '1', '-reconnect_streamed', '1', '-reconnect_on_network_error', '1'],
      ...[
        '-reconnect_delay_max',
        '120',
        '-i',
        url,
        '-c',
        'copy',
        '-f',
        'mpegts',
        out.at('play.ts'),
      ],
    ])
    const hasBegun = (name: string) => existsSync(out.at(name)) && statSync(out.at(name)).size > 0
    await untilIt(() => hasBegun('get.ts.part') && hasBegun('play.ts'))
    await server.suffer(recording, show)
    await stop(recording, folder.at('show.ts.live'))
    const bytes = readFileSync(show)
    const { code, stderr } = await download.exit
    t.equal(code, 0, stderr)
    t.ok(readFileSync(out.at('get.ts')).equals(bytes), 'lastbyte get')
    const runs = await byCurl
    t.ok(runs > KILLS, `curl was started ${runs} times`)
    t.ok(readFileSync(out.at('curl.ts')).equals(bytes), 'curl')
    await player.exit
    const duration = async (path: string) => {
      const shown = ['-show_entries', 'format=duration', '-of', 'csv=p=0']
      return Number((await run('ffprobe', ['-v', 'error', ...shown, path])).stdout)
    }
    const [want, played] = [await duration(show), await duration(out.at('play.ts'))]
    t.ok(Math.abs(want - played) < 0.1, `ffmpeg has ${played} s of ${want} s`)
    t.same(existsSync(out.at('get.ts.part')), false)
  },
)

/** An import map for the packages that the client imports by name. */
const IMPORTS = {
  '@noble/hashes/': '/node_modules/@noble/hashes/',
  'structured-headers': '/node_modules/structured-headers/dist/index.js',
  'eventsource-parser': '/node_modules/eventsource-parser/dist/index.js',
}
const PAGE = `<!doctype html><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`

tap.test(
  'Chromium and lastbyte get to stdout have every byte of a fragmented MP4, although the server is killed',
  { ...needs('chromium', 'ffmpeg'), timeout: 300_000 },
  async (t) => {
    using folder = new Folder({ 'page.html': PAGE })
    const packages = ['@noble/hashes', 'structured-headers', 'eventsource-parser']
    for (const each of ['dist', ...packages.map((name) => `node_modules/${name}`)]) {
      cpSync(each, folder.at(each), { recursive: true, dereference: true })
    }
    await using server = await MortalServer.start(folder.path, '--live')
    await using browser = await Chromium.start()
    await browser.page.goto(`${server.url}/page.html`)
    const fragmented = ['-movflags', 'frag_keyframe+empty_moov', '-flush_packets', '1', '-f', 'mp4']
    await using recording = record(folder, 'show.mp4', fragmented)
    const show = folder.at('show.mp4')
    await untilIt(() => existsSync(show) && statSync(show).size > 50_000)
    const inPage = browser.page.evaluate(async (retryFor) => {
      const client = '/dist/client/browser.js'
      const { resumableStream } = (await import(
        client
      )) as typeof import('../../src/client/browser.js')
      let retries = 0
      const onEvent = () => {
        retries += 1
      }
      const options = { live: true, retryFor, onEvent }
      const { body } = await resumableStream('/show.mp4', options)
      document.title = 'begun'
      const bytes = await new Response(body).arrayBuffer()
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
      const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
      return { hex, retries }
    }, LONGEST)
    inPage.catch(() => {})
    await using pipe = new RunningProcess('sh', [
      '-c',
      `${process.execPath} ${COMMAND} get --live -q --retry-for ${LONGEST / 1_000}s ${server.url}/show.mp4 -o - | sha256sum`,
    ])
    await browser.page.waitForFunction(() => document.title === 'begun', null, { timeout: LONGEST })
    await server.suffer(recording, show)
    await stop(recording, folder.at('show.mp4.live'))
    const digest = sha256(readFileSync(show))
    const { hex, retries } = await inPage
    t.equal(hex, digest, 'Chromium')
    t.ok(retries >= KILLS, `${retries} retries`)
    t.match((await pipe.exit).stdout, digest, 'lastbyte get -o -')

    // A player that does not know RFC 8673 has played what there was, and has an end.
    const { headers } = await fetch(`${server.url}/show.mp4`, { method: 'HEAD' })
    t.equal(headers.get('content-length'), String(statSync(show).size))
    t.match(headers.get('etag'), /^"[\w-]{22}"$/)
  },
)

tap.test(
  'several workers behind nginx send one version of a live file',
  { ...needs('curl', 'nginx'), timeout: 120_000 },
  async (t) => {
    using folder = new Folder({ 'show.ts': 'x'.repeat(300_000), 'show.ts.live': '' })
    using own = new Folder()
    await using server = await MortalServer.start(folder.path, '--live', '--workers', '2')
    const port = await freePort()
    const location = `location / { proxy_pass ${server.url}; proxy_http_version 1.1; }`
    await using nginx = new RunningProcess(
      'nginx',
      nginxArgs(port, own, { http: '', server: location }),
    )
    const url = `http://127.0.0.1:${port}/show.ts`
    const head = () => fetch(url, { method: 'HEAD', headers: { range: 'bytes=0-' } })
    while (
      !(await head().then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await delay(50)
    const tags = new Set<string | null>()
    for (let n = 0; n < 20; n += 1) tags.add((await head()).headers.get('etag'))
    t.equal(tags.size, 1)
    const readers = Array.from({ length: 6 }, async () => {
      const response = await fetch(url, { headers: { range: `bytes=0-${BIG}` } })
      return {
        tag: response.headers.get('etag'),
        hex: sha256(new Uint8Array(await response.arrayBuffer())),
      }
    })
    for (let n = 0; n < 20; n += 1) {
      appendFileSync(folder.at('show.ts'), `${n}`.repeat(1_000))
      await delay(20)
    }
    rmSync(folder.at('show.ts.live'))
    const want = { tag: [...tags][0], hex: sha256(readFileSync(folder.at('show.ts'))) }
    for (const read of await Promise.all(readers)) t.same(read, want)
    const finished = await fetch(url)
    t.equal(finished.headers.get('etag'), want.tag)
    nginx.child.kill('SIGTERM')
    await once(nginx.child, 'close')
  },
)
