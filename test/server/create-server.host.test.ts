import { connect } from 'node:http2'
import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { faultProxy } from '../../src/testing/fault-proxy.js'
import { applicationWith, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { tls } from '../fixture/tls.js'

/** The responses to these bytes, until the server closes the connection. */
async function send(port: number, bytes: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1')
  socket.write(Buffer.from(bytes, 'latin1'))
  let text = ''
  for await (const chunk of socket) text += (chunk as Buffer).toString('latin1')
  return text
}

const HOST = 'Host: localhost\r\n'

/** The request line and the fields, and the status of the response. */
const ROWS: [head: string, status: number][] = [
  [`GET * HTTP/1.1\r\n${HOST}`, 400],
  [`HEAD * HTTP/1.1\r\n${HOST}`, 400],
  [`POST * HTTP/1.1\r\nContent-Length: 0\r\n${HOST}`, 400],
  [`GET ftp://localhost/a.txt HTTP/1.1\r\n${HOST}`, 400],
  [`GET http://user@localhost/a.txt HTTP/1.1\r\n${HOST}`, 400],
  [`GET http://user:secret@localhost/a.txt HTTP/1.1\r\n${HOST}`, 400],
  [`GET http://a,b/a.txt HTTP/1.1\r\n${HOST}`, 400],
  [`GET http://localhost/a.txt HTTP/1.1\r\n${HOST}`, 200],
  [`GET /a.txt HTTP/1.1\r\n${HOST}${HOST}`, 400],
  [`GET /a.txt HTTP/1.1\r\n${HOST}hOST: other\r\n`, 400],
  [`GET /a.txt HTTP/1.0\r\n${HOST}${HOST}`, 400],
  ['GET /a.txt HTTP/1.1\r\n', 400],
  ['GET /a.txt HTTP/1.0\r\n', 200],
  ...['', 'a b', 'a,b', 'a:b', 'a:65536', '[::1', 'user@a', 'a/b', 'a\x1b', 'ä'].map(
    (host): [string, number] => [`GET /a.txt HTTP/1.1\r\nHost: ${host}\r\n`, 400],
  ),
  ['GET /a.txt HTTP/1.1\r\nHost: a:b\r\n', 400],
  ['GET /absent HTTP/1.1\r\nHost: a,b\r\n', 400],
  ['GET /-/healthz HTTP/1.1\r\nHost: a,b\r\n', 400],
  ['GET /a.txt HTTP/1.1\r\nHost: [::1]:8080\r\n', 200],
]

const isProblem = /\r\ncontent-type: application\/problem\+json\r\n/i

describe.each(ROWS)('The request %j', (head, status) => {
  const bytes = `${head}Connection: close\r\n\r\n`

  it(`gets ${status} from the server, with problem details for a 400`, async () => {
    using folder = new Folder({ 'a.txt': 'hello' })
    await using server = await serverWith({ root: folder.path })
    const text = await send(server.port, bytes)
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(isProblem.test(text)).toBe(status === 400)
  })

  it(`gets ${status} from a server behind which another one is`, async () => {
    using folder = new Folder({ 'a.txt': 'hello' })
    await using origin = await serverWith({ root: folder.path })
    await using proxy = await faultProxy({ origin: origin.url, seed: 1 })
    const text = await send(proxy.port, bytes)
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })
})

const OF_PLUGIN = ROWS.filter(([head]) => !/^POST|\/-\/|\/absent/.test(head))

describe.each([true, false])('A plugin with wildcard: %j', (wildcard) => {
  it.each(OF_PLUGIN)('responds to %j with %i', async (head, status) => {
    using folder = new Folder({ 'a.txt': 'hello' })
    await using application = await applicationWith({ root: folder.path, wildcard })
    const text = await send(application.port, `${head}Connection: close\r\n\r\n`)
    // Without the wildcard, such a target is that of no route.
    const isOurs = wildcard || !/^\w+ (\*|ftp)/.test(head)
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${isOurs ? status : '40[04]'} `))
  })
})

describe('A server', () => {
  it('closes the connection after an invalid Host, whatever follows on it', async () => {
    using folder = new Folder({ 'a.txt': 'hello' })
    await using server = await serverWith({ root: folder.path })
    const request = (host: string) => `GET /a.txt HTTP/1.1\r\nHost: ${host}\r\n\r\n`
    const text = await send(server.port, request('a,b') + request('localhost'))
    expect(text.match(/^HTTP\/1.1 /gm)).toHaveLength(1)
    expect(text).toContain('\r\nConnection: close\r\n')
  })

  it('still responds 204 to OPTIONS *, also through HTTP/2', async () => {
    using folder = new Folder({ 'a.txt': 'hello' })
    await using server = await serverWith({ root: folder.path })
    const text = await send(server.port, `OPTIONS * HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`)
    expect(text).toMatch(/^HTTP\/1.1 204 /)
    expect(text).toContain('\r\nAllow: GET, HEAD, OPTIONS\r\n')
  })

  it.each([
    [{ ':path': '*', ':method': 'OPTIONS' }, 204],
    [{ ':path': '/a.txt', ':authority': 'a,b' }, 400],
    [{ ':path': '/a.txt', ':authority': 'localhost', host: 'other' }, 400],
    [{ ':path': '/a.txt' }, 200],
  ])('responds over HTTP/2 to %j with %i', async (fields, status) => {
    using folder = new Folder({ 'a.txt': 'hello' })
    await using server = await serverWith({ root: folder.path }, { tls })
    const session = connect(`https://localhost:${server.port}`, { rejectUnauthorized: false })
    const stream = session.request(fields)
    const received = await new Promise<Record<string, unknown>>((resolve, reject) => {
      stream.on('response', resolve).on('error', reject).resume()
    })
    session.destroy()
    expect(received[':status']).toBe(status)
  })

  it('responds over TLS to HTTP/1.1 without Host with problem details', async () => {
    using folder = new Folder({ 'a.txt': 'hello' })
    await using server = await serverWith({ root: folder.path }, { tls })
    const { connect } = await import('node:tls')
    const socket = connect({ port: server.port, rejectUnauthorized: false })
    socket.write('GET /a.txt HTTP/1.1\r\n\r\n')
    let text = ''
    for await (const chunk of socket) text += (chunk as Buffer).toString('latin1')
    expect(text).toMatch(/^HTTP\/1.1 400 /)
    expect(text).toMatch(isProblem)
  })
})
