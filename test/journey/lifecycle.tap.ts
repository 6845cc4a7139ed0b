import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { Server } from '../fixture/process.js'
import { RawClient } from '../fixture/raw-http.js'
import { presentedName, renewedTls, tls } from '../fixture/tls.js'
import { until } from '../fixture/until.js'
import { Workers } from '../fixture/workers.js'

const BIG = pattern(64_000_000)

/** Starts a download over TLS that stops reading after its first bytes. */
async function startSecureDownload(port: number, path: string): Promise<IncomingMessage> {
  const request = get({ port, path, host: '127.0.0.1', rejectUnauthorized: false, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.pause()
  return response
}

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const received: Buffer[] = []
  for await (const chunk of response) received.push(chunk)
  return Buffer.concat(received)
}

/** The response to a request on a new connection. */
async function respond(port: number, path: string) {
  using client = new RawClient(port)
  client.request(path)
  return await client.response()
}

const linesOf = (server: Server, message: string) =>
  server.stdout.split('\n').filter((line) => line.includes(`"msg":"${message}"`))

for (const workers of ['1', '2']) {
  tap.test(`a certificate is reloaded by SIGHUP in ${workers} processes`, async (t) => {
    using folder = new Folder({ ...tls, big: BIG })
    const flags = ['--tls-cert', folder.at('cert'), '--tls-key', folder.at('key')]
    await using server = await Server.start([folder.path, ...flags, '--workers', workers])
    if (workers === '2') await server.waitForOutput(/all workers listen/)
    const download = await startSecureDownload(server.port, '/big')
    t.equal(await presentedName(server.port), 'localhost')

    folder.write('cert', renewedTls.cert)
    server.child.kill('SIGHUP')
    await server.waitForOutput(/certificate not reloaded/)
    t.equal(await presentedName(server.port), 'localhost')
    folder.write('key', renewedTls.key)
    server.child.kill('SIGHUP')
    await until(() => linesOf(server, 'certificate reloaded').length === Number(workers))
    for (let nth = 0; nth < 6; nth += 1) {
      t.equal(await presentedName(server.port), 'renewed.localhost')
    }
    t.ok((await bytesOf(download)).equals(BIG), 'the download is complete')
  })
}

tap.test('a certificate is reloaded without a signal, and HTTP/2 can be turned off', async (t) => {
  using folder = new Folder(tls)
  const flags = ['--tls-cert', folder.at('cert'), '--tls-key', folder.at('key'), '--no-http2']
  await using server = await Server.start([folder.path, ...flags])
  folder.write('key', renewedTls.key)
  folder.write('cert', renewedTls.cert)
  await server.waitForOutput(/certificate reloaded/)
  t.equal(await presentedName(server.port), 'renewed.localhost')
})

tap.test('a SIGHUP while it starts does not end the server', async (t) => {
  using folder = new Folder({ f: 'x' })
  const starting = Server.start([folder.path], { LOG_LEVEL: 'debug' })
  await using server = await starting
  // Bit 0 of the caught signals: a listener has been there since the start.
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8')
  t.match(/^SigCgt:.*[13579bdf]$/m.exec(status), [/SigCgt/])
  server.child.kill('SIGHUP')
  server.child.kill('SIGHUP')
  t.equal((await respond(server.port, '/f')).status, 200)
})

tap.test('while it drains, readyz says 503 on new connections, and downloads begin', async (t) => {
  using folder = new Folder({ big: BIG, small: 'x' })
  await using server = await Server.start([folder.path, '--drain-delay', '10m'])
  using download = new RawClient(server.port)
  download.request('/big')
  await download.until(1000)
  download.socket.pause()
  t.equal((await respond(server.port, '/-/readyz')).status, 200)
  server.child.kill('SIGTERM')
  await server.waitForOutput(/"msg":"draining"/)
  t.equal((await respond(server.port, '/-/readyz')).status, 503)
  t.equal((await respond(server.port, '/-/healthz')).status, 200)
  const small = await respond(server.port, '/small')
  t.match(small, { status: 200, fields: { connection: 'close' } })

  server.child.kill('SIGTERM')
  await server.waitForOutput(/"msg":"stopping"/)
  await t.rejects(fetch(`${server.url}/small`), 'the port is closed')
  download.socket.resume()
  t.ok((await download.closed()).body.equals(BIG), 'the download is complete')
  t.match(await server.exit, { code: 0, signal: null })
})

tap.test('the delay ends by itself', async (t) => {
  using folder = new Folder()
  await using server = await Server.start([folder.path, '--drain-delay', '50ms'])
  server.child.kill('SIGTERM')
  t.match(await server.exit, { code: 0, stdout: /draining[\s\S]*stopping/ })
})

tap.test('workers drain together, also if one of them is killed meanwhile', async (t) => {
  using folder = new Folder({ small: 'x' })
  await using workers = await Workers.run([
    'serve',
    folder.path,
    '--workers',
    '2',
    '--drain-delay',
    '10m',
  ])
  const { server } = workers
  server.child.kill('SIGTERM')
  await until(() => workers.lines.filter(({ msg }) => msg === 'draining').length === 3)
  for (let nth = 0; nth < 6; nth += 1) {
    t.equal((await respond(server.port, '/-/readyz')).status, 503)
    t.equal((await respond(server.port, '/small')).status, 200)
  }
  workers.kill(1)
  await until(() => !isRunning(workers.pidOf(1)))
  t.equal((await respond(server.port, '/small')).status, 200, 'the other worker serves')
  server.child.kill('SIGTERM')
  t.match(await server.exit, { code: 1, signal: null }, 'which reports the killed worker')
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
