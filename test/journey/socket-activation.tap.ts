import { readFileSync, statSync } from 'node:fs'
import tap from 'tap'
import { DownloadLoad } from '../fixture/download-load.js'
import { Folder, pattern } from '../fixture/files.js'
import { PassedSockets } from '../fixture/passed-sockets.js'
import { needs, type RunningProcess, run } from '../fixture/process.js'
import { until } from '../fixture/until.js'

const SMALL = pattern(200_000)
const BIG = pattern(64_000_000)

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
    targets: [{ port }, { socketPath }].map((each) => ({ ...each, path: '/small' })),
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
    const load = new DownloadLoad(on.targets, SMALL)
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
    const load = new DownloadLoad(on.targets, SMALL)
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

tap.test('workers that are killed all at once are replaced on the same sockets', async (t) => {
  using on = scene()
  await using server = on.serve('--workers', '2')
  await listens(server, '2')
  const before = workersOf(server)
  for (const pid of before) process.kill(pid, 'SIGKILL')
  const load = new DownloadLoad(on.targets, SMALL)
  await until(() => workersOf(server).length === 4)
  await load.more(20)
  await load.stop()
  t.same(load.failures, [])
  t.notOk(server.hasEnded)
})

tap.test(
  'a descriptor that is no listening socket is refused by the name of the variable',
  async (t) => {
    using folder = new Folder()
    using sockets = new PassedSockets()
    sockets.bindPort()
    const refusals = [
      ['x', /^lastbyte: LISTEN_FDS: expected the number of sockets; received "x"\n$/],
      ['2', /^lastbyte: LISTEN_FDS: expected sockets that listen .*; descriptor 4 \(unknown\) is /],
    ] as const
    for (const [count, message] of refusals) {
      const { code, stderr } = await sockets.serve([folder.path], { LISTEN_FDS: count }).exit
      t.equal(code, 2)
      t.match(stderr, message)
    }
  },
)

/** The processes that began to serve, in order. */
function workersOf({ stdout }: RunningProcess): number[] {
  const lines = stdout.match(/.*listening at http:.*(?=\n)/g) ?? []
  return lines.map((line) => JSON.parse(line).pid)
}

/** Transfers that a server has logged. */
function served({ stdout }: RunningProcess): number {
  return stdout.split('"msg":"transfer"').length - 1
}
