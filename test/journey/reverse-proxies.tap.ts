import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import tap from 'tap'
import { Folder, hasBytes, pattern } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { needs, RunningProcess, run, Server } from '../fixture/process.js'
import { REVERSE_PROXIES } from '../fixture/reverse-proxies.js'

const TOKEN = 'token-of-the-operator'
const HOST = 'media.example.org'
/** More than all socket buffers on the way hold, of which a busy client has read nothing. */
const FILM = pattern(60_000_000)

for (const proxy of REVERSE_PROXIES) {
  tap.test(
    `the example of ${proxy.name} passes on what lastbyte promises`,
    { ...needs('curl', proxy.command), timeout: 240_000 },
    async (t) => {
      using files = new Folder({ 'film.mp4': FILM, 'small.mp4': pattern(200_000), log: 'one\n' })
      using own = new Folder()
      const backendPort = await freePort()
      const start = () =>
        Server.start(
          [
            ...[
              files.path,
              '--trust-proxy',
              'loopback',
              '--append-only',
              '--zip',
              '--port',
              `${backendPort}`,
            ],
            ...['--transfers', '--transfers-token', TOKEN],
          ],
          { PORT: String(backendPort) },
        )
      await using servers = new Stack(await start())
      const port = await freePort()
      const env = { ...process.env, HOME: own.path, XDG_CONFIG_HOME: own.path }
      await using running = new RunningProcess(proxy.command, proxy.args(port, backendPort, own), {
        env,
      })
      const url = `https://${HOST}:${port}`
      const curlArgs = ['-sSk', '--resolve', `${HOST}:${port}:127.0.0.1`]
      const curl = (...args: readonly string[]) => run('curl', [...curlArgs, ...args])
      const to = (file: string, ...args: readonly string[]) =>
        curl('-o', file, '-w', '%{http_code} HTTP/%{http_version}', ...args)
      const status = (...args: readonly string[]) => to('/dev/null', ...args)

      while ((await status(`${url}/small.mp4`)).stdout !== '200 HTTP/2') {
        if (running.hasEnded) throw new Error((await running.exit).stderr)
        await delay(50)
      }

      await t.test('a range over HTTP/2 and HTTP/1.1', async (t) => {
        for (const version of ['--http2', '--http1.1']) {
          const range = own.at('range')
          const { stdout } = await to(range, version, '-r', '1000-2999', `${url}/film.mp4`)
          t.equal(stdout, `206 HTTP/${version === '--http2' ? '2' : '1.1'}`)
          t.ok(readFileSync(range).equals(FILM.subarray(1000, 3000)))
        }
      })

      await t.test('an archive resumes over HTTP/2 and HTTP/1.1', async (t) => {
        const archive = `${url}/?zip&path=small.mp4`
        const whole = own.at('whole.zip')
        t.equal((await to(whole, archive)).stdout, '200 HTTP/2')
        for (const version of ['--http2', '--http1.1']) {
          const rest = own.at('rest')
          const { stdout } = await to(rest, version, '-r', '100000-', archive)
          t.equal(stdout, `206 HTTP/${version === '--http2' ? '2' : '1.1'}`)
          t.ok(readFileSync(rest).equals(readFileSync(whole).subarray(100_000)))
        }
      })

      await t.test('the address of the client, and not the one that it claims', async (t) => {
        const forged = ['-H', 'X-Forwarded-For: 192.0.2.9', '--interface', '127.0.0.5']
        await status(...forged, `${url}/small.mp4?forged`)
        const headers = { authorization: `Bearer ${TOKEN}` }
        const finishedAs = async () => {
          const response = await fetch(`${servers.last.url}/-/transfers`, { headers })
          const { finished } = (await response.json()) as { finished: { client: string }[] }
          return finished.map(({ client }) => client)
        }
        while (!(await finishedAs()).includes('127.0.0.5')) await delay(20)
        t.notOk((await finishedAs()).includes('192.0.2.9'))
      })

      await t.test('an event arrives before the next one is written', async (t) => {
        const accept = ['-N', '-H', 'Accept: text/event-stream']
        const args = [...curlArgs, ...accept, `${url}/log?follow=1&encoding=utf-8`]
        await using stream = new RunningProcess('curl', args)
        await stream.waitForOutput(/^data: .*one/m)
        appendFileSync(files.at('log'), 'two\n')
        await stream.waitForOutput(/^data: .*two/m)
        t.notOk(stream.hasEnded)
      })

      await t.test('a large upload gets 413, metrics get 404', async (t) => {
        // curl waits for 100 (Continue) before a large body. One that is sent at once meets a reset by HAProxy.
        const upload = ['--http1.1', '--data-binary', `@${files.at('film.mp4')}`]
        const { stdout } = await status(...upload, `${url}/small.mp4`)
        t.match(stdout, /^413 /)
        const encodings = ['-', '%2d', '-/.', './-', '%2E/%2D/%2e']
        for (const folder of encodings) {
          for (const path of [`/${folder}/metrics`, `/${folder}/m%65trics?a=b`]) {
            const { stdout } = await status('--path-as-is', url + path)
            t.match(stdout, /^404 /, path)
          }
        }
        t.match((await status(`${url}/-/readyz`)).stdout, /^200 /)
      })

      await t.test('a download that the death of lastbyte cut resumes', async (t) => {
        const film = own.at('film.mp4')
        const { etag } = await headOf(`${servers.last.url}/film.mp4`)
        const first = run('curl', [
          ...curlArgs,
          '--limit-rate',
          '8M',
          '-o',
          film,
          `${url}/film.mp4`,
        ])
        while (!existsSync(film)) await delay(5)
        await hasBytes(film, 1_000_000)
        servers.last.child.kill('SIGKILL')
        t.notSame((await first).code, 0)
        t.ok(statSync(film).size < FILM.length, `${statSync(film).size} bytes`)
        servers.push(await start())
        while (!(await status(`${url}/small.mp4`)).stdout.startsWith('200')) await delay(50)
        const rest = await curl('-C', '-', '-H', `If-Range: ${etag}`, '-o', film, `${url}/film.mp4`)
        t.equal(rest.code, 0, rest.stderr)
        t.ok(readFileSync(film).equals(FILM))
      })

      await t.test('lastbyte check finds the level of lastbyte itself', async (t) => {
        const main = ['dist/cli/main.js', 'check', '-k', '--json']
        // Caddy selects the site by the name in the TLS handshake.
        const target = `${url.replace(HOST, 'localhost')}/small.mp4`
        const host = ['-H', `Host: ${HOST}:${port}`]
        const { stdout, stderr } = await run(process.execPath, [...main, ...host, target])
        t.match(JSON.parse(stdout || '{}'), { level: 'proves' }, stderr)
      })
    },
  )
}

async function headOf(url: string): Promise<{ etag: string }> {
  const response = await fetch(url, { method: 'HEAD' })
  return { etag: response.headers.get('etag') ?? '' }
}

/** Servers of which the last one runs. */
class Stack implements AsyncDisposable {
  readonly #all: Server[]

  constructor(first: Server) {
    this.#all = [first]
  }

  get last(): Server {
    const last = this.#all.at(-1)
    if (last === undefined) throw new Error('no server')
    return last
  }

  push(server: Server): void {
    this.#all.push(server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#all) await server[Symbol.asyncDispose]()
  }
}
