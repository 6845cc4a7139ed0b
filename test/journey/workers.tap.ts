import { renameSync } from 'node:fs'
import { resolve } from 'node:path'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { needs, RunningProcess } from '../fixture/process.js'
import { RawClient } from '../fixture/raw-http.js'
import { until } from '../fixture/until.js'
import { samplesOf, Workers } from '../fixture/workers.js'

const MAIN = resolve('dist/cli/main.js')
const BIG = pattern(64_000_000)

/** Sends the last request of this connection, and returns the body of the response. */
async function requestBody(client: RawClient, path: string): Promise<string> {
  client.request(path, { Connection: 'close' })
  await client.closed()
  const received = client.received.toString('latin1')
  return received.slice(received.lastIndexOf('\r\n\r\n') + 4)
}

/** Starts a download, and stops reading after its first bytes. */
async function startDownload(client: RawClient, path: string): Promise<void> {
  const before = client.received.length
  client.request(path, { Connection: 'close' })
  await client.until(before + 1000)
  client.socket.pause()
}

/** Reads such a download to its end. Returns its last bytes: as many as the file has. */
async function finishDownload(client: RawClient, length: number): Promise<Buffer> {
  client.socket.resume()
  await client.closed()
  return client.received.subarray(-length)
}

async function scrape(client: RawClient): Promise<Map<string, number>> {
  return samplesOf(await requestBody(client, '/-/metrics'))
}

tap.test(
  'workers share one free port; each responds with the metrics of all, and is ready',
  async (t) => {
    using folder = new Folder({ f: pattern(5000) })
    await using workers = await Workers.run(['serve', folder.path, '--workers', '3'])
    t.same(workers.ids, [1, 2, 3])
    for (const [worker, requests] of [1, 2, 3].entries()) {
      for (let nth = 0; nth < requests; nth += 1) {
        using client = await workers.clientOf(worker + 1)
        t.equal((await requestBody(client, '/f')).length, 5000)
      }
    }
    await until(() => workers.server.transfers.length === 6)
    const logged = workers.server.transfers.map(({ worker, pid }) => [worker, pid])
    for (const [worker, pid] of logged) t.equal(pid, workers.pidOf(Number(worker)))

    for (const scraped of workers.ids) {
      using client = await workers.clientOf(scraped)
      const samples = await scrape(client)
      for (const worker of workers.ids) {
        t.equal(
          samples.get(`lastbyte_transfers_total{worker="${worker}",outcome="complete"}`),
          worker,
        )
        t.equal(samples.get(`lastbyte_sent_bytes_total{worker="${worker}"}`), worker * 5000)
        t.equal(samples.get(`lastbyte_worker_up{worker="${worker}"}`), 1)
      }
      const unlabelled = [...samples.keys()].filter((name) => !name.includes('worker="'))
      t.same(unlabelled, [])
      using ready = await workers.clientOf(scraped)
      t.equal(await requestBody(ready, '/-/readyz'), 'ready\n')
    }
  },
)

tap.test(
  'when a worker is killed, a download on another one goes on, and the worker is replaced',
  async (t) => {
    using folder = new Folder({ big: BIG, small: 'x' })
    await using workers = await Workers.run(['serve', folder.path, '--workers', '2'])
    using before = await workers.clientOf(2)
    before.request('/small', { Connection: 'close' })
    await before.closed()
    using download = await workers.clientOf(1)
    await startDownload(download, '/big')
    using scraper = await workers.clientOf(1)
    const count = 'lastbyte_transfers_total{worker="2",outcome="complete"}'
    t.equal((await scrape(scraper)).get(count), 1)

    const pid = workers.pidOf(2)
    workers.kill(2)
    await workers.replaced(2, pid)
    const ended = workers.lines.find(({ msg }) => msg === 'worker ended')
    t.match(ended, { worker: 2, ended: pid, signal: 'SIGKILL' })
    using after = await workers.clientOf(2)
    after.request('/small', { Connection: 'close' })
    t.equal((await after.closed()).body.at(-1), 'x'.charCodeAt(0))
    using again = await workers.clientOf(2)
    const samples = await scrape(again)
    t.equal(samples.get(count), 2, 'the counter continues')
    t.equal(samples.get('lastbyte_worker_replacements_total{worker="2"}'), 1)
    t.equal(samples.get('lastbyte_transfers_running{worker="1"}'), 1)
    t.ok((await finishDownload(download, BIG.length)).equals(BIG))
  },
)

tap.test(
  'a connection that arrives as a worker is killed is served by another worker',
  async (t) => {
    using folder = new Folder({ f: 'x' })
    await using workers = await Workers.run(['serve', folder.path, '--workers', '2'])
    workers.kill(1, 'SIGSTOP')
    const clients = Array.from({ length: 6 }, () => new RawClient(workers.server.port))
    for (const client of clients) client.request('/f', { Connection: 'close' })
    await Promise.race(clients.map((client) => client.closed()))
    workers.kill(1)
    for (const client of clients) t.equal((await client.closed()).body.toString(), 'x')
  },
)

tap.test('workers that are killed all at once are replaced on the same free port', async (t) => {
  using folder = new Folder({ f: 'x' })
  await using workers = await Workers.run(['serve', folder.path, '--workers', '2'])
  const pids = workers.ids.map((id) => workers.pidOf(id))
  for (const worker of workers.ids) workers.kill(worker)
  for (const worker of workers.ids) await workers.replaced(worker, pids[worker - 1] ?? 0)
  for (const worker of workers.ids) {
    using client = await workers.clientOf(worker)
    t.match(client.received.toString(), /^HTTP\/1.1 200 /)
  }
})

tap.test(
  'a worker that cannot be replaced is retried with growing delays, while the other serves',
  async (t) => {
    using folder = new Folder({ 'files/f': 'x' })
    await using workers = await Workers.run(['serve', folder.at('files'), '--workers', '2'])
    const pid = workers.pidOf(2)
    renameSync(folder.at('files'), folder.at('gone'))
    workers.kill(2)
    const failures = () => workers.lines.filter(({ msg }) => msg === 'worker could not start')
    await until(() => failures().length === 3)
    t.equal((await fetch(`${workers.server.url}/-/healthz`)).status, 200)
    for (const [nth, { wait, reason }] of failures().entries()) {
      t.match(reason, /DIR: expected a folder that can be read/)
      t.ok(Number(wait) >= 100 * 2 ** nth, `${wait} ms`)
    }
    renameSync(folder.at('gone'), folder.at('files'))
    await workers.replaced(2, pid)
  },
)

tap.test(
  'at SIGTERM each worker finishes its transfers within the grace, and the exit code is 0',
  async (t) => {
    using folder = new Folder({ stuck: BIG, small: BIG.subarray(0, 9_000_000) })
    await using workers = await Workers.run([
      ...['serve', folder.path, '--workers', '2', '--shutdown-grace', '3s'],
    ])
    using small = await workers.clientOf(1)
    using stuck = await workers.clientOf(2)
    await Promise.all([startDownload(small, '/small'), startDownload(stuck, '/stuck')])
    workers.server.child.kill('SIGTERM')
    await until(() => workers.lines.filter(({ msg }) => msg === 'stopping').length === 3)
    t.ok((await finishDownload(small, 9_000_000)).equals(BIG.subarray(0, 9_000_000)))
    // Resolves when every process that writes to this output has ended, which includes the workers.
    t.equal((await workers.server.exit).code, 0)
    const outcomes = workers.server.transfers.map(({ path, worker, outcome }) => [
      path,
      worker,
      outcome,
    ])
    t.same(outcomes.sort(), [
      ['/small', 1, 'complete'],
      ['/stuck', 2, 'shutdown'],
    ])
  },
)

tap.test(
  'at SIGTERM a worker that does not stop is killed after the grace, and the exit code is 1',
  async (t) => {
    using folder = new Folder()
    await using workers = await Workers.run([
      ...['serve', folder.path, '--workers', '2', '--shutdown-grace', '0s'],
    ])
    workers.kill(2, 'SIGSTOP')
    workers.server.child.kill('SIGTERM')
    const { code, stdout } = await workers.server.exit
    t.equal(code, 1)
    t.match(stdout, /"workers":\[2\],"msg":"killed: did not stop in time"/)
  },
)

tap.test(
  'one signal to the process group stops gracefully, and a second one stops at once',
  needs('setsid'),
  async (t) => {
    using folder = new Folder({ f: BIG })
    const args = ['serve', folder.path, '--port', '0', '--workers', '2', '--shutdown-grace', '1h']
    await using group = new RunningProcess('setsid', [process.execPath, MAIN, ...args])
    const signal = () => process.kill(-(group.child.pid ?? 0), 'SIGINT')
    await group.waitForOutput(/all workers listen/)
    const [, port] = await group.waitForOutput(/Server listening at http:\S+:(\d+)/)
    using download = new RawClient(Number(port))
    using stuck = new RawClient(Number(port))
    await Promise.all([startDownload(download, '/f'), startDownload(stuck, '/f')])
    signal()
    await group.waitForOutput(/("msg":"stopping"[\s\S]*){3}/)
    t.ok(
      (await finishDownload(download, BIG.length)).equals(BIG),
      'a running download has its grace',
    )
    signal()
    t.equal((await group.exit).code, 1)
  },
)

tap.test('when the primary is killed, its workers end too', async (t) => {
  using folder = new Folder({ f: BIG })
  await using workers = await Workers.run(['serve', folder.path, '--workers', '2'])
  using stuck = await workers.clientOf(2)
  await startDownload(stuck, '/f')
  workers.server.child.kill('SIGKILL')
  // Its output closes with the last process that writes to it.
  t.equal((await workers.server.exit).signal, 'SIGKILL')
  await t.rejects(fetch(workers.server.url))
})

tap.test('a worker that receives SIGTERM finishes its transfers, and is replaced', async (t) => {
  using folder = new Folder({ f: BIG })
  await using workers = await Workers.run(['serve', folder.path, '--workers', '2'])
  using download = await workers.clientOf(1)
  await startDownload(download, '/f')
  const pid = workers.pidOf(1)
  workers.kill(1, 'SIGTERM')
  await workers.server.waitForOutput(/"worker":1,"signal":"SIGTERM"/)
  t.ok((await finishDownload(download, BIG.length)).equals(BIG))
  await workers.replaced(1, pid)
})
