import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { inForm } from '../fixture/long-form.js'
import { run, Server } from '../fixture/process.js'
import { Workers } from '../fixture/workers.js'

const MAIN = resolve('dist/cli/main.js')
const FILE = pattern(1_000_000)

tap.test('workers serve HTTP/2 over TLS, and lastbyte proxy has workers too', async (t) => {
  using folder = new Folder({ f: FILE })
  const tls = ['--tls-cert', 'test/fixture/tls/cert.pem', '--tls-key', 'test/fixture/tls/key.pem']
  await using workers = await Workers.run(['serve', folder.path, '--workers', '2', ...tls])
  for (let nth = 0; nth < 4; nth += 1) {
    const session = connectHttp2(workers.server.url, { rejectUnauthorized: false })
    const stream = session.request({ ':path': '/f', range: 'bytes=1000-2999' })
    const body = await text(stream.setEncoding('latin1'))
    t.ok(Buffer.from(body, 'latin1').equals(FILE.subarray(1000, 3000)))
    session.close()
  }
  await using origin = await Server.start([folder.path])
  await using proxy = await Workers.run(['proxy', origin.url, '--workers', '2'])
  const response = await fetch(`${proxy.server.url}/f`)
  t.ok(Buffer.from(await response.arrayBuffer()).equals(FILE))
})

tap.test('SIGTERM while the workers start ends the command at once with exit code 0', async (t) => {
  using folder = new Folder()
  await using server = await Server.start([folder.path, '--workers', '3'])
  server.child.kill('SIGTERM')
  const { code, stdout } = await server.exit
  t.equal(code, 0)
  t.notMatch(stdout, /killed|all workers listen/)
})

tap.test('a usage error with several workers is one line on stderr and exit code 2', async (t) => {
  using folder = new Folder({ 'bad.pem': 'no pem', 'rules.json': '[]' })
  const busy = net.createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  const port = String((busy.address() as AddressInfo).port)
  const bad = folder.at('bad.pem')
  const cases: [string[], RegExp][] = [
    [
      ['--workers', '0'],
      /^lastbyte: --workers: expected a number of processes.*or auto; received "0"/,
    ],
    [['--workers', 'many'], /--workers: expected a number of processes/],
    [
      ['--workers', '3', '--port', port],
      new RegExp(`^lastbyte: --port: expected a free port; ${port} on 127.0.0.1 is in use`),
    ],
    [['--workers', '3', '--host', '192.0.2.1'], /--host: expected an address of this machine/],
    [['--workers', '3', '--tls-cert', bad, '--tls-key', bad], /--tls-cert: expected a certificate/],
    [['--workers', '2', '--faults'], /--workers: expected 1 with faults.*; received "2"/],
    [
      ['--workers', '2', '--faults', '--fault-scenario', folder.at('rules.json')],
      /--workers: expected 1 with faults/,
    ],
  ]
  // The short form has every other one: a value, an address, the faults that one worker alone may have.
  const inShort = (_: unknown, index: number) => index % 2 === 1
  for (const [args, message] of inForm({ short: cases.filter(inShort), long: cases })) {
    const { code, stderr, stdout } = await run(process.execPath, [
      MAIN,
      'serve',
      folder.path,
      ...args,
    ])
    t.equal(code, 2, args.join(' '))
    t.match(stderr, message)
    t.equal(stderr.trim().split('\n').length, 1, 'one line')
    t.equal(stdout, '')
  }
  busy.close()
})

tap.test('with one worker, or auto and faults, one process serves without a primary', async (t) => {
  using folder = new Folder()
  for (const args of [
    ['--workers', '1'],
    ['--workers', 'auto', '--faults'],
  ]) {
    await using server = await Server.start([folder.path, ...args])
    t.match(server.stdout, `"pid":${server.child.pid},`)
    t.notMatch(server.stdout, '"worker":')
    t.notMatch(await (await fetch(`${server.url}/-/metrics`)).text(), 'worker=')
  }
})
