import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { get, type IncomingMessage, type RequestOptions } from 'node:http'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { PassedSockets } from '../fixture/passed-sockets.js'
import { needs, type RunningProcess, run } from '../fixture/process.js'
import { until } from '../fixture/until.js'

const SMALL = pattern(200_000)
const BIG = pattern(64_000_000)

/** Clients that connect anew for each download, one after another, until they are stopped. */
class Load {
  complete = 0
  readonly failures: string[] = []
  #isStopped = false
  readonly #clients: Promise<void>[]

  constructor(targets: readonly RequestOptions[], perTarget = 4) {
    const all = targets.flatMap((target) => Array.from({ length: perTarget }, () => target))
    this.#clients = all.map((target) => this.#download(target))
  }

  /** Waits until so many further downloads are complete, or one has failed. */
  async more(count: number): Promise<void> {
    const enough = this.complete + count
    await until(() => this.complete >= enough || this.failures.length > 0)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#clients)
  }

  async #download(target: RequestOptions): Promise<void> {
    while (!this.#isStopped) {
      try {
        const { statusCode, body } = await bodyOf({ ...target, path: '/small' })
        if (statusCode !== 200 || !body.equals(SMALL))
          throw new Error(`${statusCode} ${body.length}`)
        this.complete += 1
      } catch (error) {
        this.failures.push(`${error} of ${JSON.stringify(target)}`)
        return
      }
    }
  }
}

async function bodyOf(target: RequestOptions) {
  const request = get({ host: '127.0.0.1', agent: false, ...target })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const received: Buffer[] = []
  for await (const chunk of response) received.push(chunk)
  return { statusCode: response.statusCode, body: Buffer.concat(received) }
}

/** A port and a Unix socket of a service manager, and a folder to serve. */
function scene() {
  const folder = new Folder({ 'root/small': SMALL, 'root/big': BIG })
  const sockets = new PassedSockets()
  const port = sockets.bindPort()
  const socketPath = folder.at('lastbyte.sock')
  sockets.bindPath(socketPath)
  return {
    folder,
    port,
    socketPath,
    targets: [{ port }, { socketPath }],
    serve: (...args: string[]) => sockets.serve([folder.at('root'), ...args]),
    [Symbol.dispose]() {
      sockets[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** Waits until a server accepts connections on both sockets. */
async function listens(server: RunningProcess, workers: string): Promise<void> {
  await server.waitForOutput(
    workers === '1' ? /listening at .*\.sock"/ : /"sockets":2,"msg":"all workers listen"/,
  )
}

for (const workers of ['1', '2']) {
  const flags = ['--workers', workers, '--shutdown-grace', '5s']

  tap.test(`stopped, then started, with ${workers}: connections wait meanwhile`, async (t) => {
    using on = scene()
    await using first = on.serve(...flags)
    await listens(first, workers)
    const load = new Load(on.targets)
    await load.more(50)
    first.child.kill('SIGTERM')
    t.match(await first.exit, { code: 0, signal: null })
    const waiting = load.complete
    await using second = on.serve(...flags)
    await load.more(50)
    await load.stop()
    t.same(load.failures, [])
    t.ok(load.complete >= waiting + 50)
    second.child.kill('SIGTERM')
    t.match(await second.exit, { code: 0 })
  })

  tap.test(`started beside the old one, with ${workers}: no request fails`, async (t) => {
    using on = scene()
    await using first = on.serve(...flags)
    await listens(first, workers)
    const load = new Load(on.targets)
    await load.more(50)
    await using second = on.serve(...flags)
    await listens(second, workers)
    await load.more(50)
    first.child.kill('SIGTERM')
    t.match(await first.exit, { code: 0, signal: null })
    await load.more(50)
    await load.stop()
    t.same(load.failures, [])
    t.ok(served(second) > 0, 'the new one serves')
  })

  tap.test(
    `a download longer than the grace is cut, and continued from the next process, with ${workers}`,
    needs('curl'),
    async (t) => {
      using on = scene()
      const args = ['--workers', workers, '--shutdown-grace', '200ms']
      await using first = on.serve(...args)
      await listens(first, workers)
      const file = on.folder.at('big')
      const url = `http://127.0.0.1:${on.port}/big`
      const cut = run('curl', ['-sS', '--limit-rate', '4M', '-o', file, url])
      await until(() => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 1_000_000)
      first.child.kill('SIGTERM')
      t.equal((await cut).code, 18, 'the end of the old process is visible')
      t.match(await first.exit, { code: 0, signal: null })
      const { size } = statSync(file)
      t.ok(size < BIG.length)
      // The connection waits for the next process.
      const continued = run('curl', ['-sS', '-C', '-', '-o', file, url])
      await using second = on.serve(...args)
      t.match(await continued, { code: 0, stderr: '' })
      t.ok(readFileSync(file).equals(BIG), `complete and correct, continued at ${size}`)
      await until(() => served(second) >= 1)
    },
  )
}

/** Transfers that a server has logged. */
function served({ stdout }: RunningProcess): number {
  return stdout.split('"msg":"transfer"').length - 1
}
