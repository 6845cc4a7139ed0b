import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { resolve } from 'node:path'
import tap from 'tap'
import { Folder } from '../fixture/files.js'
import { RunningProcess, Server } from '../fixture/process.js'
import { RawClient } from '../fixture/raw-http.js'

const COMMAND = resolve('dist/cli/main.js')

/** A title of the terminal, two ways to clear it, and a mark that reverses what follows. */
const EVIL = '\x1b]0;x\x07\u009b2J\u202egpj\x7f'
/** The characters of it that a header field may have, as UTF-8 and as the single byte of Latin-1. */
const FIELD = `${Buffer.from('\u009b2J\u202egpj').toString('latin1')}\x9b31m`
const ACTS = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

/** Text with characters on which a terminal acts, other than the ends of lines; undefined for none. */
function acting(text: string): string | undefined {
  return text.split('\n').find((line) => ACTS.test(line) || line.includes('\ufffd'))
}

/** What an origin sends, by the place of the text. */
const HEADS: Record<string, string> = {
  'the reason phrase of an error': `404 No${FIELD}`,
  'the reason phrase of a transient error': `503 No${FIELD}\r\nRetry-After: ${FIELD}`,
  'the host of Location': `302 Found\r\nLocation: http://${FIELD}/`,
  'the scheme of Location': `302 Found\r\nLocation: x${FIELD}:/`,
  'the path of Location': `302 Found\r\nLocation: /${FIELD}`,
  ETag: `200 OK\r\nETag: "${FIELD}"\r\nContent-Length: 100`,
  'Content-Range': `206 Partial Content\r\nContent-Range: bytes ${FIELD}\r\nContent-Length: 1`,
  'Content-Encoding': `200 OK\r\nContent-Encoding: ${FIELD}\r\nContent-Length: 1`,
  'Repr-Digest': `200 OK\r\nRepr-Digest: sha-256=:${FIELD}:\r\nContent-Length: 1`,
  'Last-Modified': `200 OK\r\nLast-Modified: ${FIELD}\r\nContent-Length: 99`,
  'Content-Length': `200 OK\r\nContent-Length: ${FIELD}`,
  'Transfer-Encoding': `200 OK\r\nTransfer-Encoding: ${FIELD}`,
  'Content-Type and the body of an error': `500 No\r\nContent-Type: application/problem+json${FIELD}`,
  'the status line': `${FIELD}`,
}

/** A server that sends this head, and a body that describes an error. */
async function origin(head: string) {
  const server = createServer((socket) => {
    const body = JSON.stringify({ title: FIELD, detail: `${FIELD}\x1b` })
    socket.on('error', () => socket.destroy())
    socket.on('data', () => socket.end(Buffer.from(`HTTP/1.1 ${head}\r\n\r\n${body}`, 'latin1')))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => void server.close() }
}

const execute = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  new RunningProcess(process.execPath, [COMMAND, ...args], {
    env: { ...process.env, PORT: '0', ...env },
  }).handledExit()

for (const [place, head] of Object.entries(HEADS)) {
  tap.test(`get prints no character of ${place} on which a terminal acts`, async (t) => {
    using folder = new Folder()
    using server = await origin(head)
    const url = `${server.url}/f`
    const to = ['-o', folder.at('f\u009b\u202e'), '--retry-for', '200ms', '--stall', '2s']
    for (const flags of [[], ['--json'], ['--quiet']]) {
      const { stdout, stderr } = await execute(['get', url, ...to, ...flags])
      t.equal(acting(stderr + stdout), undefined, `with ${flags}`)
    }
    const streamed = await execute(['get', url, '-o', '-', '--retry-for', '200ms', '--stall', '2s'])
    t.equal(acting(streamed.stderr), undefined)
  })

  tap.test(`proxy logs no character of ${place} on which a terminal acts`, async (t) => {
    using upstream = await origin(head)
    await using proxy = await Server.run(['proxy', upstream.url, '--open-for', '200ms'], {
      LOG_LEVEL: 'debug',
      RETRY_FOR: '200ms',
    })
    for (const method of ['GET', 'POST']) {
      using client = new RawClient(proxy.port)
      client.request(`/f${encodeURIComponent(EVIL)}`, { connection: 'close', range: FIELD }, method)
      await client.closed()
    }
    proxy.child.kill()
    const { stdout, stderr } = await proxy.exit
    t.match(stdout, /"method":"POST"/)
    t.equal(acting(stdout + stderr), undefined)
  })
}

tap.test('serve logs and sends no character of a request on which a terminal acts', async (t) => {
  using folder = new Folder({ 'f\u009b2J\u202e': 'f', g: 'g' })
  await using server = await Server.start([folder.path, '--list', '--faults'], {
    LOG_LEVEL: 'trace',
  })
  const requests: [string, Record<string, string>][] = [
    [`/${FIELD}`, {}],
    [`/%9b${encodeURIComponent(EVIL)}`, {}],
    ['/f%C2%9B2J%E2%80%AE', { range: `bytes=${FIELD}` }],
    ['/g', { range: FIELD, 'if-range': FIELD, 'if-none-match': FIELD, accept: FIELD }],
    ['/g', { 'lastbyte-fault': `${FIELD};at=1` }],
    [`/g?lastbyte-fault=${encodeURIComponent(`truncate;at="${EVIL}"`)}`, {}],
    ['/g', { host: FIELD }],
    ['/', { accept: 'text/html' }],
    [`/-/watch/f${encodeURIComponent('\u009b2J\u202e')}`, {}],
    [`/-/${encodeURIComponent(EVIL)}`, {}],
    ['/-/metrics', {}],
  ]
  for (const [target, fields] of requests) {
    using client = new RawClient(server.port)
    client.request(target, { connection: 'close', ...fields })
    const { body, status } = await client.closed()
    const shown = body.toString().replaceAll('\t', ' ')
    // A file's own bytes are what was asked for.
    if (status >= 400 || target.startsWith('/-/') || target === '/')
      t.equal(acting(shown), undefined, target)
  }
  server.child.kill()
  const { stdout, stderr } = await server.exit
  t.equal(acting(stdout + stderr), undefined)
})

tap.test(
  'arguments and settings in messages have no character on which a terminal acts',
  async (t) => {
    const url = 'http://127.0.0.1:1/f'
    const commands = [
      ['get', EVIL],
      ['get', `http://${EVIL}`],
      ['get', `${url}?${EVIL}`, '--retry-for', '0ms'],
      ...['--stall', '-H', '--checksum', '--limit-rate', '-c'].map((flag) => [
        'get',
        url,
        flag,
        EVIL,
      ]),
      ['get', url, '-o', `${EVIL}/f`],
      ['serve', EVIL],
      ['serve', `--${EVIL}`],
      [EVIL],
      ...['--host', '--port', '--tls-cert', '--cors', '--trust-proxy', '--rate'].map((flag) => [
        'serve',
        'media',
        flag,
        EVIL,
      ]),
      ['serve', 'media', '--faults', '--fault-scenario', EVIL],
      ['proxy', EVIL],
      ['proxy', url, '--redirects', EVIL],
    ]
    for (const args of commands) {
      const { code, stdout, stderr } = await execute(args)
      t.not(code, 0, JSON.stringify(args))
      t.equal(acting(stdout + stderr), undefined, JSON.stringify(args))
    }
    for (const variable of [
      'LOG_LEVEL',
      'WORKERS',
      'STALL_TIMEOUT',
      'MEDIA_ROOT',
      'LASTBYTE_ZERO_COPY',
    ]) {
      const { code, stdout, stderr } = await execute(['serve'], { [variable]: EVIL })
      t.not(code, 0, variable)
      t.equal(acting(stdout + stderr), undefined, variable)
    }
  },
)
