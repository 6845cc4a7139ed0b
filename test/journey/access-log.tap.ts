import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import tap from 'tap'
import { Folder } from '../fixture/files.js'
import { needs, RunningProcess, run, Server } from '../fixture/process.js'
import { RawClient } from '../fixture/raw-http.js'
import { until } from '../fixture/until.js'
import { Workers } from '../fixture/workers.js'

const COMMAND = resolve('dist/cli/main.js')

/** `lastbyte serve media` with the access log on stdout, and the log of the server on stderr. */
async function logging(
  t: { teardown(end: () => Promise<void>): void },
  format: string,
): Promise<{ server: RunningProcess; port: number }> {
  const args = [COMMAND, 'serve', 'media', '--list', '--access-log', format]
  const server = new RunningProcess(process.execPath, args, { env: { ...process.env, PORT: '0' } })
  t.teardown(() => server[Symbol.asyncDispose]())
  const listening = /Server listening at http:\/\/127\.0\.0\.1:(\d+)/
  await until(() => listening.test(server.stderr))
  return { server, port: Number(listening.exec(server.stderr)?.[1]) }
}

tap.test('stdout has the access log alone, and SIGUSR1 opens no debugger', async (t) => {
  const { server, port } = await logging(t, 'json')
  await (await fetch(`http://127.0.0.1:${port}/?token=secret`)).text()
  await (await fetch(`http://127.0.0.1:${port}/none`)).text()
  const client = new RawClient(port)
  client.socket.write('hello\r\n\r\n')
  await client.closed()
  server.child.kill('SIGUSR1')
  await (await fetch(`http://127.0.0.1:${port}/clip.vtt`)).text()
  server.child.kill('SIGTERM')
  const { stdout, stderr } = await server.exit
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.same(
    lines.map(({ target, status, route }) => [target, status, route]),
    [
      ['/?token=***', 200, 'listing'],
      ['/none', 404, 'file'],
      [undefined, 400, 'other'],
      ['/clip.vtt', 200, 'file'],
    ],
  )
  t.notMatch(stderr, /debugger/i)
})

tap.test('a reader of stdout that ends does not stop the server', async (t) => {
  const { server, port } = await logging(t, 'combined')
  server.child.stdout?.destroy()
  for (let n = 0; n < 5; n += 1) {
    t.equal((await fetch(`http://127.0.0.1:${port}/clip.vtt`)).status, 200)
  }
  await until(() => server.stderr.includes('access log cannot be written'))
  t.equal(server.stderr.split('access log cannot be written').length, 2)
})

tap.test('workers append whole lines to one file', async (t) => {
  using folder = new Folder()
  const log = folder.at('access.log')
  const args = ['media', '--workers', '2', '--access-log', 'combined', '--access-log-file', log]
  await using workers = await Workers.run(['serve', ...args])
  const { url } = workers.server
  const agent = 'x'.repeat(500)
  const get = async () =>
    (await fetch(`${url}/clip.vtt`, { headers: { 'user-agent': agent } })).text()
  await Promise.all(Array.from({ length: 200 }, get))
  workers.server.child.kill('SIGTERM')
  await workers.server.exit
  const text = await run('cat', [log])
  const lines = text.stdout.trimEnd().split('\n')
  t.equal(lines.length, 200)
  for (const line of lines) t.match(line, / "GET \/clip\.vtt HTTP\/1\.1" 200 \d+ "-" "x{500}"$/)
})

tap.test('goaccess reads the combined format', needs('goaccess'), async (t) => {
  using folder = new Folder()
  const log = folder.at('access.log')
  const server = await Server.start(['media', '--access-log', 'combined', '--access-log-file', log])
  const agents = ['curl/8.0', 'a "quoted" \\ agent', 'Mozilla/5.0 (X11; Linux) Firefox/130.0']
  for (const agent of agents) {
    await (await fetch(`${server.url}/clip.vtt`, { headers: { 'user-agent': agent } })).text()
  }
  server.child.kill('SIGTERM')
  await server.handledExit()
  const read = spawn('goaccess', [log, '--log-format=COMBINED', '-o', 'json', '--no-global-config'])
  let report = ''
  read.stdout.on('data', (text) => {
    report += text
  })
  await once(read, 'close')
  const { general } = JSON.parse(report)
  t.match(general, { total_requests: 3, valid_requests: 3, failed_requests: 0 })
})
