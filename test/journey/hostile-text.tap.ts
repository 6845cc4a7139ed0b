import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { resolve } from 'node:path'
import tap from 'tap'
import { Folder } from '../fixture/files.js'
import { inForm } from '../fixture/long-form.js'
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

/** A server that sends its head of now, and a body that describes an error. */
async function origin() {
  const sent = { head: '' }
  const server = createServer((socket) => {
    const { head } = sent
    const body = JSON.stringify({ title: FIELD, detail: `${FIELD}\x1b` })
    socket.on('error', () => socket.destroy())
    socket.on('data', () => socket.end(Buffer.from(`HTTP/1.1 ${head}\r\n\r\n${body}`, 'latin1')))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return Object.assign(sent, { url, [Symbol.dispose]: () => void server.close() })
}

/** What refuses a value: in the short form one of a kind, such as a time, a field, an address or a file. */
const GET_FLAGS = inForm({
  short: ['--stall', '-H'],
  long: ['--stall', '-H', '--checksum', '--limit-rate', '-c'],
})
const SERVE_FLAGS = inForm({
  short: ['--host', '--tls-cert'],
  long: ['--host', '--port', '--tls-cert', '--cors', '--trust-proxy', '--rate'],
})
const VARIABLES = inForm({
  short: ['LOG_LEVEL', 'MEDIA_ROOT'],
  long: ['LOG_LEVEL', 'WORKERS', 'STALL_TIMEOUT', 'MEDIA_ROOT', 'LASTBYTE_ZERO_COPY'],
})

const execute = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  new RunningProcess(process.execPath, [COMMAND, ...args], {
    env: { ...process.env, PORT: '0', ...env },
  }).handledExit()

/** The forms of the output of `lastbyte get`. */
const FORMS = [[], ['--json'], ['--quiet'], ['-o', '-']]

for (const [nth, [place, head]] of Object.entries(HEADS).entries()) {
  tap.test(`get prints no character of ${place} on which a terminal acts`, async (t) => {
    using folder = new Folder()
    using server = await origin()
    server.head = head
    const to = ['-o', folder.at('f\u009b\u202e'), '--retry-for', '200ms', '--stall', '2s']
    // The short form has each place in the text, and every other one as events.
    const short = nth % 2 === 0 ? FORMS.slice(0, 1) : FORMS.slice(0, 2)
    for (const flags of inForm({ short, long: FORMS })) {
      const { stdout, stderr } = await execute(['get', `${server.url}/f`, ...to, ...flags])
      const printed = flags.includes('-') ? stderr : stderr + stdout
      t.equal(acting(printed), undefined, `with ${flags}`)
    }
  })
}

tap.test('proxy logs no character of an origin on which a terminal acts', async (t) => {
  using upstream = await origin()
  await using proxy = await Server.run(['proxy', upstream.url, '--open-for', '200ms'], {
    LOG_LEVEL: 'debug',
    RETRY_FOR: '200ms',
  })
  for (const [place, head] of Object.entries(HEADS)) {
    upstream.head = head
    const before = proxy.stdout.length
    for (const method of ['GET', 'POST']) {
      using client = new RawClient(proxy.port)
      client.request(`/f${encodeURIComponent(EVIL)}`, { connection: 'close', range: FIELD }, method)
      await client.closed()
    }
    t.equal(acting(proxy.stdout.slice(before)), undefined, place)
  }
  proxy.child.kill()
  const { stdout, stderr } = await proxy.exit
  t.equal(stdout.match(/"method":"POST"/g)?.length, Object.keys(HEADS).length)
  t.equal(acting(stdout + stderr), undefined)
})

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
      ...GET_FLAGS.map((flag) => ['get', url, flag, EVIL]),
      ['get', url, '-o', `${EVIL}/f`],
      ['serve', EVIL],
      ['serve', `--${EVIL}`],
      [EVIL],
      ...SERVE_FLAGS.map((flag) => ['serve', 'media', flag, EVIL]),
      ['serve', 'media', '--faults', '--fault-scenario', EVIL],
      ['proxy', EVIL],
      ['proxy', url, '--redirects', EVIL],
    ]
    for (const args of commands) {
      const { code, stdout, stderr } = await execute(args)
      t.not(code, 0, JSON.stringify(args))
      t.equal(acting(stdout + stderr), undefined, JSON.stringify(args))
    }
    for (const variable of VARIABLES) {
      const { code, stdout, stderr } = await execute(['serve'], { [variable]: EVIL })
      t.not(code, 0, variable)
      t.equal(acting(stdout + stderr), undefined, variable)
    }
  },
)
