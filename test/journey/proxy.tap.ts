import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { inForm } from '../fixture/long-form.js'
import { needs, RunningProcess, run, Server } from '../fixture/process.js'
import { ScriptedServer } from '../fixture/scripted-server.js'
import { isSwiftInstalled, Swift } from '../fixture/swift.js'
import { until } from '../fixture/until.js'

const MAIN = resolve('dist/cli/main.js')

tap.test(
  'a download through the proxy is complete although its origin is killed and restarted',
  needs('curl'),
  async (t) => {
    const content = pattern(40_000_000)
    using folder = new Folder({ 'film.mp4': content })
    using out = new Folder()
    const first = await Server.start([folder.path])
    await using proxy = await Server.run(['proxy', first.url])
    const file = out.at('f')
    await using curl = new RunningProcess('curl', [
      ...['-sS', '--fail', '--limit-rate', '20M', '-o', file],
      `${proxy.url}/film.mp4`,
    ])
    const received = () => statSync(file, { throwIfNoEntry: false })?.size ?? 0
    await t.resolves(until(() => received() > 4_000_000))
    first.child.kill('SIGKILL')
    await first.exit
    await proxy.waitForOutput(/source read resumed/)
    await using _second = await Server.start([folder.path], { PORT: String(first.port) })
    t.equal((await curl.exit).code, 0)
    t.ok(readFileSync(file).equals(content))
    await proxy.waitForOutput(/"msg":"transfer"/)
    const [record] = proxy.transfers
    t.match(record, { status: 200, outcome: 'complete', bytes: 40_000_000 })
    t.ok(Number(record?.heals) > 0)
    const metrics = await (await fetch(`${proxy.url}/-/metrics`)).text()
    t.match(metrics, /lastbyte_source_heals_total [1-9]/)
  },
)

tap.test(
  'requests of other methods reach the origin once with their bodies, and errors are 502',
  async (t) => {
    await using origin = await ScriptedServer.start((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        const body = `${request.method} ${request.url} ${Buffer.concat(chunks)}`
        response.writeHead(201, { 'x-own': 'yes', connection: 'x-hop', 'x-hop': '1' }).end(body)
      })
    })
    await using proxy = await Server.run(['proxy', `${origin.url}/base/`, '--forwarded'])
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const sent = method === 'OPTIONS' || method === 'DELETE' ? {} : { body: 'text/x of mine' }
      const response = await fetch(`${proxy.url}/a%20b?q=1`, { method, ...sent })
      t.equal(response.status, 201)
      t.equal(await response.text(), `${method} /base/a%20b?q=1 ${sent.body ?? ''}`)
      t.equal(response.headers.get('x-own'), 'yes')
      t.equal(response.headers.get('via'), '1.1 lastbyte')
      t.notOk(response.headers.has('x-hop'))
    }
    t.match(origin.requests[0]?.headers, { via: '1.1 lastbyte', 'x-forwarded-for': '127.0.0.1' })

    await using gone = await Server.run([
      'proxy',
      `http://127.0.0.1:${await freePort()}`,
      '--open-for',
      '100ms',
    ])
    for (const method of ['GET', 'POST']) {
      const response = await fetch(`${gone.url}/f`, { method })
      t.equal(response.status, 502)
      t.equal(response.headers.get('proxy-status'), 'lastbyte;error=connection_refused')
      t.equal(response.headers.get('content-type'), 'application/problem+json')
    }
  },
)

tap.test('--forbid-private refuses private addresses for every method', async (t) => {
  await using origin = await ScriptedServer.start((_request, response) => void response.end('ok'))
  const local = origin.url.replace('127.0.0.1', 'localhost')
  for (const url of [origin.url, local]) {
    await using proxy = await Server.run(['proxy', url, '--forbid-private', '--open-for', '0s'])
    for (const method of ['GET', 'POST']) {
      const response = await fetch(proxy.url, { method })
      t.equal(response.status, 502)
      t.equal(response.headers.get('proxy-status'), 'lastbyte;error=destination_ip_prohibited')
    }
  }
  t.equal(origin.requests.length, 0)
  await using proxy = await Server.run(['proxy', local])
  t.equal(await (await fetch(proxy.url)).text(), 'ok')
})

tap.test(
  'faults act on the responses of the proxy, not on those of its origin',
  needs('curl'),
  async (t) => {
    using folder = new Folder({ f: pattern(100_000) })
    await using origin = await Server.start([folder.path])
    await using proxy = await Server.run(['proxy', origin.url, '--faults'])
    const { code, stdout } = await run('curl', [
      ...['-sS', '-o', '/dev/null', '-w', '%{size_download}'],
      ...['-H', 'Lastbyte-Fault: truncate;at=50000', `${proxy.url}/f`],
    ])
    t.same([code, stdout], [18, '50000'])
    await proxy.waitForOutput(/"msg":"transfer"/)
    t.equal(proxy.transfers[0]?.heals, undefined)
  },
)

tap.test('a usage error of lastbyte proxy is one line on stderr and exit code 2', async (t) => {
  const cases: [string[], RegExp][] = [
    [['proxy'], /missing required argument 'origin'/],
    [['proxy', 'nowhere'], /^lastbyte: origin: expected a URL such as/],
    [['proxy', 'http://a/?q=1'], /origin: expected a URL/],
    [['proxy', 'http://a', '--redirects', 'b'], /redirects: expected a URL/],
    [
      ['proxy', 'http://a', '--read-ahead', 'much'],
      /--read-ahead: expected a number of bytes, or a size/,
    ],
    [['proxy', 'http://a', '--port', 'x'], /--port: expected a port/],
    [['serve', 's3:///prefix'], /DIR: expected s3:\/\/bucket/],
    [['serve', 's3://b', '--endpoint', 'here'], /--endpoint: expected a URL/],
  ]
  // The short form has every other one: two of the origin, two of the options.
  const inShort = (_: unknown, index: number) => index % 2 === 0
  for (const [args, text] of inForm({ short: cases.filter(inShort), long: cases })) {
    const { code, stderr } = await run(process.execPath, [MAIN, ...args])
    t.equal(code, 2, args.join(' '))
    t.match(stderr, text)
  }
})

tap.test(
  'lastbyte serve s3:// lists and serves the objects of a bucket',
  { skip: !isSwiftInstalled() && 'needs swift-proxy-server' },
  async (t) => {
    await using swift = await Swift.start()
    await swift.bucket('media')
    await swift.put('media', 'films/a b.mp4', pattern(200_000))
    const { accessKeyId, secretAccessKey } = swift.credentials
    const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
    const args = ['s3://media/films', '--endpoint', swift.endpoint, '--list']
    await using server = await Server.start(args, keys)
    t.match(await (await fetch(server.url)).text(), /a b\.mp4/)
    const response = await fetch(`${server.url}/a%20b.mp4`, { headers: { range: 'bytes=9-18' } })
    t.equal(response.status, 206)
    t.equal(response.headers.get('content-type'), 'video/mp4')
    t.ok(Buffer.from(await response.arrayBuffer()).equals(pattern(200_000).subarray(9, 19)))
    t.match(await (await fetch(`${server.url}/-/watch/a%20b.mp4`)).text(), /<video/)
  },
)
