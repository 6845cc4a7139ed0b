import { once } from 'node:events'
import { Agent, get, type IncomingMessage, type RequestOptions } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import pino from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { listenOnSockets } from '../../../src/cli/sockets/listen-on-sockets.js'
import { createServer, type ServerOptions } from '../../../src/server/create-server.js'
import { Folder, pattern } from '../../fixture/files.js'
import { PassedSockets } from '../../fixture/passed-sockets.js'
import { tls } from '../../fixture/tls.js'

const BIG = pattern(20_000_000)

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A server on a port of IPv4, one of IPv6 and a Unix socket. */
async function listening(options: Partial<ServerOptions> = {}) {
  const folder = new Folder({ 'root/f': 'hello', 'root/big': BIG })
  const passed = new PassedSockets()
  const port = passed.bindPort()
  const port6 = passed.bindPort('::1')
  const socketPath = folder.at('a.sock')
  passed.bindPath(socketPath)
  const lines: string[] = []
  const app = await createServer({
    logger: pino({}, { write: (line) => void lines.push(JSON.parse(line).msg) }),
    files: { root: folder.at('root'), shutdownGrace: 10_000 },
    ...options,
  })
  closing.push(async () => {
    app.server.closeAllConnections?.()
    await app.close()
    folder[Symbol.dispose]()
  })
  const sockets = passed.give().map((fd) => ({ fd, name: 'unknown' }))
  const last = { fd: 0, name: 'unknown', ...sockets.pop(), path: socketPath }
  // The Unix socket comes first: addresses must be found behind it.
  const bound = await listenOnSockets(app, [last, ...sockets])
  const targets: RequestOptions[] = [
    { host: '127.0.0.1', port },
    { host: '::1', port: port6 },
    { socketPath },
  ]
  return { app, bound, lines, port, port6, socketPath, targets }
}

async function respond(target: RequestOptions, agent: Agent | false = false) {
  const request = get({ path: '/f', ...target, agent })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const { statusCode: status, socket } = response
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return { status, body: Buffer.concat(chunks), socket }
}

/** A connection to a target of node:http. */
const open = ({ host, port, socketPath }: RequestOptions) =>
  socketPath ? connect({ path: socketPath }) : connect({ host: host as string, port: Number(port) })

describe('listenOnSockets', () => {
  it('serves on each socket, and returns and logs where that is', async () => {
    const { app, bound, lines, targets, port, port6, socketPath } = await listening()
    for (const target of targets) expect((await respond(target)).body.toString()).toBe('hello')
    expect(bound).toMatchObject([
      socketPath,
      { address: '127.0.0.1', port },
      { address: '::1', port: port6 },
    ])
    // Clients of a network must not count as those of a Unix socket.
    expect(app.server.address()).toMatchObject({ address: '127.0.0.1', port })
    expect(lines.filter((line) => line.startsWith('Server listening at'))).toEqual([
      `Server listening at http://127.0.0.1:${port}`,
      `Server listening at ${socketPath}`,
      `Server listening at http://[::1]:${port6}`,
    ])
  })

  it('applies the timeout of a header section on each socket', async () => {
    const { targets } = await listening({ limits: { requestTimeout: 200 } })
    for (const target of targets) {
      const socket = open(target)
      socket.write('GET /f HTTP/1.1\r\n')
      let received = ''
      socket.on('data', (text) => {
        received += text
      })
      await once(socket, 'close')
      expect(received).toMatch(/^HTTP\/1.1 408 /)
    }
  })

  it('speaks TLS with HTTP/2 on each socket, and ends handshakes that take too long', async () => {
    const { targets } = await listening({ tls, limits: { handshakeTimeout: 300 } })
    for (const target of targets) {
      const silent = open(target).resume()
      const session = connectHttp2('https://localhost', {
        createConnection: () =>
          connectTls({ socket: open(target), rejectUnauthorized: false, ALPNProtocols: ['h2'] }),
      })
      const stream = session.request({ ':path': '/f' })
      const [headers] = await once(stream, 'response')
      expect(headers[':status']).toBe(200)
      await once(stream.resume(), 'close')
      session.close()
      await once(silent, 'close')
    }
  })

  it('closes with the last response, and idle connections at once, on each socket', async () => {
    const { app, targets } = await listening()
    const agent = new Agent({ keepAlive: true })
    const idle = await Promise.all(targets.map((target) => respond(target, agent)))
    const running = targets.map((target) => get({ ...target, path: '/big', agent: false }))
    const responses = await Promise.all(running.map((each) => once(each, 'response')))
    let isClosed = false
    const closed = app.close().then(() => {
      isClosed = true
    })
    await Promise.all(idle.map(({ socket }) => socket.destroyed || once(socket, 'close')))
    expect(isClosed).toBe(false)
    for (const [response] of responses as [IncomingMessage][]) {
      let received = 0
      for await (const chunk of response) received += chunk.length
      expect(received).toBe(BIG.length)
    }
    await closed
    for (const target of targets) {
      await expect(once(open(target), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    }
  })

  it('names the descriptor on which a server cannot listen', async () => {
    const app = await createServer({ logger: pino({ level: 'silent' }), files: { root: 'media' } })
    closing.push(() => app.close())
    const listens = listenOnSockets(app, [{ fd: 2 ** 20, name: 'web' }])
    await expect(listens).rejects.toThrow(
      /^LISTEN_FDS: expected sockets that listen for streams; descriptor 1048576 \(web\) can't be used: listen EINVAL/,
    )
  })

  it('names the descriptor of a socket without a path that is known', async () => {
    using folder = new Folder()
    const passed = new PassedSockets()
    passed.bindPath(folder.at('a.sock'))
    const app = await createServer({ logger: pino({ level: 'silent' }), files: { root: 'media' } })
    closing.push(() => app.close())
    const [fd = 0] = passed.give()
    expect(await listenOnSockets(app, [{ fd, name: 'web' }])).toEqual([`descriptor ${fd}`])
    expect((await respond({ socketPath: folder.at('a.sock') })).status).toBe(404)
    expect(app.server.address() as AddressInfo | string).toBe(`descriptor ${fd}`)
  })
})
