import dns, { type LookupAllOptions } from 'node:dns'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import fc from 'fast-check'
import pino from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { type AddressLimitOptions, AddressLimits } from '../../src/server/address-limits.js'
import { createServer, type ServerOptions } from '../../src/server/create-server.js'
import { serverWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { tls } from '../fixture/tls.js'

type Rest = Omit<ServerOptions, 'files' | 'logger'>

/** A server with limits, whose files are larger than all buffers of a connection. */
async function limited(options: AddressLimitOptions, rest: Rest = {}) {
  const folder = new Folder({ f: pattern(40_000_000), small: 'small' })
  const limits = new AddressLimits(options)
  const server = await serverWith({ root: folder.path }, { ...rest, addressLimits: limits })
  return {
    limits,
    server,
    port: server.port,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

const opened = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  return socket
}

const CLOSE = { connection: 'close' }

describe('the limit of connections', () => {
  it('responds 503 with Retry-After to the connection over it, closes it, and frees the place of one that ends', async () => {
    await using on = await limited({ connectionsPerAddress: 2 })
    const idle = [await opened(on.port), await opened(on.port)]
    await expect.poll(() => on.limits.connections).toBe(2)
    using third = new RawClient(on.port)
    third.request('/small')
    const refused = await third.closed()
    expect(refused.status).toBe(503)
    expect(refused.fields).toMatchObject({ 'retry-after': '1', connection: 'close' })
    expect(refused.fields['content-type']).toBe('application/problem+json')
    idle[0]?.destroy()
    await expect.poll(() => on.limits.connections).toBe(1)
    using fourth = new RawClient(on.port)
    fourth.request('/small', CLOSE)
    expect((await fourth.closed()).status).toBe(200)
    idle[1]?.destroy()
    await expect.poll(() => on.limits.size).toBe(0)
  })

  it('applies to connections of TLS, in HTTP/1.1 and HTTP/2', async () => {
    await using on = await limited({ connectionsPerAddress: 1 }, { tls })
    const idle = await opened(on.port)
    await expect.poll(() => on.limits.connections).toBe(1)
    const secure = connectTls({ port: on.port, host: '127.0.0.1', rejectUnauthorized: false })
    secure.write('GET /small HTTP/1.1\r\nHost: a\r\n\r\n')
    let text = ''
    secure.on('data', (chunk) => {
      text += chunk
    })
    await once(secure, 'close')
    expect(text).toMatch(/^HTTP\/1\.1 503 .*^retry-after: 1\r$/ims)
    const session = connectHttp2(`https://127.0.0.1:${on.port}`, { rejectUnauthorized: false })
    const stream = session.request({ ':path': '/small' }).resume()
    const [fields] = await once(stream, 'response')
    expect([fields[':status'], fields['retry-after']]).toEqual([503, '1'])
    await once(session, 'close')
    idle.destroy()
    await expect.poll(() => on.limits.size).toBe(0)
  })

  it.each<[string, Rest]>([
    ['HTTP', {}],
    ['HTTPS', { tls }],
  ])('applies to each address of localhost (%s)', async (_what, rest) => {
    const limits = new AddressLimits({ connectionsPerAddress: 1, requestsPerAddress: 5 })
    using folder = new Folder({ small: 'small' })
    const app = await createServer({
      ...rest,
      files: { root: folder.path },
      logger: pino({ level: 'silent' }),
      addressLimits: limits,
    })
    const { lookup } = dns
    // A host without IPv6 has one address for localhost.
    const spy = vi.spyOn(dns, 'lookup').mockImplementation(((name: string, ...rest: unknown[]) => {
      const [options, done] = rest as [LookupAllOptions, (error: null, found: object[]) => void]
      // Node 22 asks for all addresses of a numeric host, too.
      if (!options?.all || name !== 'localhost') return Reflect.apply(lookup, dns, [name, ...rest])
      const found = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }))
      return process.nextTick(done, null, found)
    }) as typeof lookup)
    await app.listen({ host: 'localhost', port: 0 })
    spy.mockRestore()
    expect(app.addresses()).toHaveLength(2)
    for (const { address: host, port } of app.addresses() as AddressInfo[]) {
      const idle = connect({ host, port })
      await once(idle, 'connect')
      await expect.poll(() => limits.connections).toBe(1)
      const options = { host, port, rejectUnauthorized: false }
      const second = rest.tls ? connectTls(options) : connect(options)
      second.write('GET /small HTTP/1.1\r\nHost: a\r\n\r\n')
      let text = ''
      for await (const chunk of second) text += chunk
      expect(text, host).toMatch(/^HTTP\/1\.1 503 .*^retry-after: 1\r$/ims)
      idle.destroy()
      await expect.poll(() => limits.size).toBe(0)
    }
    await app.close()
  })

  it('closes connections at once where many wait for their refusal', async () => {
    await using on = await limited({ connectionsPerAddress: 1 })
    const sockets = await Promise.all(Array.from({ length: 30 }, () => opened(on.port)))
    await expect.poll(() => on.limits.refusedConnections).toBe(29)
    await expect.poll(() => sockets.filter(({ destroyed }) => destroyed).length).toBe(13)
    for (const socket of sockets) socket.destroy()
    await expect.poll(() => on.limits.size).toBe(0)
  })
})

describe('the limit of requests', () => {
  it('responds 429 with Retry-After to the request over it, and keeps its connection', async () => {
    await using on = await limited({ requestsPerAddress: 1 })
    using slow = new RawClient(on.port)
    slow.request('/f')
    await slow.until(1)
    slow.socket.pause()
    using other = new RawClient(on.port)
    other.request('/small')
    const refused = await other.response()
    expect([refused.status, refused.fields['retry-after']]).toEqual([429, '1'])
    expect(refused.fields.connection).not.toBe('close')
    slow.socket.destroy()
    await expect.poll(() => on.limits.requests).toBe(0)
    using after = new RawClient(on.port)
    after.request('/small', CLOSE)
    expect((await after.closed()).status).toBe(200)
  })

  it('counts each stream of HTTP/2', async () => {
    await using on = await limited({ requestsPerAddress: 2 }, { tls })
    const session = connectHttp2(`https://127.0.0.1:${on.port}`, {
      rejectUnauthorized: false,
      settings: { initialWindowSize: 0 },
    })
    const statuses = []
    for (let n = 0; n < 3; n += 1) {
      const [fields] = await once(session.request({ ':path': '/f' }), 'response')
      statuses.push(fields[':status'])
    }
    expect(statuses).toEqual([200, 200, 429])
    session.destroy()
    await expect.poll(() => on.limits.size).toBe(0)
  })

  it('counts pipelined requests, and forgets those whose turn never came', async () => {
    await using on = await limited({ requestsPerAddress: 5 })
    using client = new RawClient(on.port)
    for (let n = 0; n < 9; n += 1) client.request('/f')
    client.socket.pause()
    await expect.poll(() => [on.limits.requests, on.limits.refusedRequests]).toEqual([5, 4])
    client.socket.destroy()
    await expect.poll(() => on.limits.size).toBe(0)
  })

  it('counts the address that a trusted proxy reports, and spares the proxy', async () => {
    const isTrusted = (address: string) => address === '127.0.0.1'
    const options = { requestsPerAddress: 1, connectionsPerAddress: 1, isTrusted }
    await using on = await limited(options, { isTrusted })
    const request = async (forwarded: string | undefined, path: string) => {
      const client = new RawClient(on.port)
      client.request(path, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded })
      await client.until(15)
      client.socket.pause()
      return { client, status: Number(client.received.toString('latin1', 9, 12)) }
    }
    const running = [
      await request('192.0.2.1', '/f'),
      await request('198.51.100.9, 192.0.2.1', '/f'),
      await request('192.0.2.2', '/f'),
      await request('2001:db8::1', '/f'),
      await request('2001:db8::2', '/f'),
      await request(undefined, '/f'),
      await request(undefined, '/f'),
    ]
    expect(running.map(({ status }) => status)).toEqual([200, 429, 200, 200, 429, 200, 200])
    for (const { client } of running) client.socket.destroy()
    await expect.poll(() => on.limits.size).toBe(0)
  })
})

describe('the counts of connections and requests', () => {
  it.each([{}, { tls }])(
    'are zero after clients that break off anywhere, with %j',
    async (rest) => {
      await using on = await limited({ connectionsPerAddress: 6, requestsPerAddress: 4 }, rest)
      const act = fc.constantFrom('connect', 'half a request', 'GET', 'POST', 'pipeline', 'abort')
      const attack = async (acts: string[]) => {
        const socket =
          rest.tls === undefined
            ? connect(on.port, '127.0.0.1')
            : connectTls({ port: on.port, host: '127.0.0.1', rejectUnauthorized: false })
        socket.on('error', () => {}).resume()
        for (const each of acts) {
          if (each === 'half a request') socket.write('GET /f HTT')
          if (each === 'GET') socket.write('GET /f HTTP/1.1\r\nHost: a\r\n\r\n')
          if (each === 'POST')
            socket.write('POST /f HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx')
          if (each === 'pipeline') socket.write('GET /small HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(9))
          if (each === 'abort') break
          await new Promise(setImmediate)
        }
        if (acts.includes('abort')) socket.destroy()
        else socket.end(() => socket.destroy())
      }
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(act, { maxLength: 5 }), { maxLength: 12 }),
          async (clients) => {
            await Promise.all(clients.map(attack))
            await expect.poll(() => on.limits.size).toBe(0)
            expect([on.limits.connections, on.limits.requests]).toEqual([0, 0])
          },
        ),
        { numRuns: 20 },
      )
    },
    60_000,
  )
})

describe('on a Unix socket', () => {
  it('the clients that a trusted proxy names are counted, and others not', async () => {
    using folder = new Folder({ f: pattern(40_000_000) })
    const limits = new AddressLimits({ requestsPerAddress: 1 })
    const app = await createServer({
      logger: pino({ level: 'silent' }),
      files: { root: folder.path },
      addressLimits: limits,
      isTrusted: (address: string | undefined) => address === undefined,
    })
    const path = folder.at('a.sock')
    await app.listen({ path })
    const request = (fields = '') => {
      const socket = connect({ path }).on('error', () => {})
      socket.write(`GET /f HTTP/1.1\r\nHost: a\r\n${fields}\r\n`)
      return once(socket, 'data').then(([text]) => {
        socket.pause()
        return { socket, status: String(text).slice(9, 12) }
      })
    }
    const named = (address: string) => request(`X-Forwarded-For: ${address}\r\n`)
    const running = [await request(), await request(), await named('192.0.2.1')]
    expect(running.map(({ status }) => status)).toEqual(['200', '200', '200'])
    const refused = await named('192.0.2.1')
    expect(refused.status).toBe('429')
    running.push(refused, await named('192.0.2.2'))
    expect(running.at(-1)?.status).toBe('200')
    expect(limits.requests).toBe(2)
    for (const { socket } of running) socket.destroy()
    await expect.poll(() => limits.requests).toBe(0)
    await app.close()
  })
})
