import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { nodeTransport } from '../../../src/client/platform/node-transport.js'
import { type Script, ScriptedServer } from '../../fixture/scripted-server.js'

/** A server that sends some of the bytes that it announces, and then closes the connection. */
async function closingServer(announced: number, sent: number) {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${announced}\r\nConnection: close\r\n\r\n`)
      socket.end(Buffer.alloc(sent))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/f`
  return { url, [Symbol.dispose]: () => void server.close() }
}

/** Reads a body slowly, after its connection has closed: the bytes, and whether it ended properly. */
async function readLate(url: string) {
  const transport = nodeTransport()
  let bytes = 0
  try {
    const { signal } = new AbortController()
    const { body } = await transport.send({ url, fields: {}, signal })
    await wait(100)
    for (let read = await body.next(); !read.done; read = await body.next()) {
      bytes += read.value.length
      await wait(1)
    }
    return { bytes, isWhole: true }
  } catch {
    return { bytes, isWhole: false }
  } finally {
    await transport.close()
  }
}

const SIGNAL = new AbortController().signal

/** Sends one request; the response, with its body as text. */
async function get(url: string, fields: Record<string, string> = {}) {
  const transport = nodeTransport()
  try {
    const { status, field, body } = await transport.send({ url, fields, signal: SIGNAL })
    let text = ''
    for (let read = await body.next(); !read.done; read = await body.next()) {
      text += Buffer.from(read.value).toString()
    }
    return { status, field, text }
  } finally {
    transport.close()
  }
}

/** The number of buffers that the chunks of a body of 8 MiB lie in. */
async function buffersOf(chunks: 'lent' | 'kept' | undefined): Promise<number> {
  const content = Buffer.alloc(8 * 1024 * 1024)
  await using server = await ScriptedServer.start((_request, response) => response.end(content))
  const transport = nodeTransport()
  const buffers = new Set<ArrayBufferLike>()
  const request = { url: `${server.url}/f`, fields: {}, chunks, signal: SIGNAL }
  const { body } = await transport.send(request)
  for (let read = await body.next(); !read.done; read = await body.next()) {
    buffers.add(read.value.buffer)
  }
  transport.close()
  return buffers.size
}

describe('the chunks of a body', () => {
  it('share few buffers where they are lent', async () => {
    expect(await buffersOf('lent')).toBeLessThan(10)
  })

  it.each(['kept', undefined] as const)(
    'have memory of their own where they are %s',
    async (chunks) => {
      expect(await buffersOf(chunks)).toBeGreaterThan(25)
    },
  )
})

const redirect =
  (status: number, location: string): Script =>
  (_request, response) =>
    void response.writeHead(status, { location }).end('moved')

const PERSONAL = { authorization: 'Bearer secret', cookie: 'a=b', 'x-token': 'secret' }
const CONDITIONS = { range: 'bytes=5-', 'if-range': '"v1"', 'user-agent': 'test' }

describe('nodeTransport', () => {
  it('resolves with status, fields and body', async () => {
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, { etag: '"v1"' }).end('content')
    })
    const { status, field, text } = await get(server.url)
    expect([status, field('etag'), text]).toEqual([200, '"v1"', 'content'])
  })

  it.each([301, 302, 303, 307, 308])(
    'follows a %i with all fields to the same origin',
    async (status) => {
      await using server = await ScriptedServer.start((request, response) => {
        if (request.url === '/f') redirect(status, '/g')(request, response)
        else response.end('content')
      })
      const { text } = await get(`${server.url}/f`, { ...PERSONAL, ...CONDITIONS })
      expect(text).toBe('content')
      expect(server.requests[1]?.headers).toMatchObject({ ...PERSONAL, ...CONDITIONS })
    },
  )

  it('requests the percent-encoded path of a Location that is raw UTF-8', async () => {
    await using server = await ScriptedServer.start((request, response) => {
      const location = Buffer.from('/ä?ö').toString('latin1')
      if (request.url === '/f') redirect(302, location)(request, response)
      else response.end('content')
    })
    expect((await get(`${server.url}/f`)).text).toBe('content')
    expect(server.requests.map(({ url }) => url)).toEqual(['/f', '/%C3%A4?%C3%B6'])
  })

  it('refuses a field that can’t be sent, without a retry', async () => {
    const refused = get('http://127.0.0.1:1/f', { 'x-own': 'secret\n' })
    await expect(refused).rejects.toMatchObject({ code: 'BAD_FIELD', facts: { field: 'x-own' } })
  })

  it('sends no credentials to another origin, and not again when it is redirected back', async () => {
    await using origin = await ScriptedServer.start((request, response) => {
      if (request.url === '/f') redirect(302, `${other.url}/g`)(request, response)
      else response.end('content')
    })
    await using other = await ScriptedServer.start((request, response) => {
      redirect(302, `${origin.url}/h`)(request, response)
    })
    await get(`${origin.url}/f`, { ...PERSONAL, ...CONDITIONS })
    for (const headers of [other.requests[0]?.headers, origin.requests[1]?.headers]) {
      expect(headers).toMatchObject(CONDITIONS)
      for (const name of Object.keys(PERSONAL)) expect(headers).not.toHaveProperty(name)
    }
  })

  it('ignores a user and password in Location', async () => {
    await using server = await ScriptedServer.start((request, response) => {
      const to = server.url.replace('//', '//user:secret@')
      if (request.url === '/f') redirect(302, `${to}/g`)(request, response)
      else response.end('content')
    })
    await get(`${server.url}/f`)
    expect(server.requests[1]?.headers.authorization).toBeUndefined()
  })

  it('passes on a redirect without Location', async () => {
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(302).end('no location')
    })
    expect(await get(server.url)).toMatchObject({ status: 302, text: 'no location' })
  })

  it.each([
    ['ftp://host.test/f', 'ftp:'],
    ['http://', 'http:'],
    ['http://127.0.0.1:0/f', 'http://127.0.0.1:0/f'],
  ])('rejects with REFUSED for a redirect to %s', async (location, shown) => {
    await using server = await ScriptedServer.start(redirect(302, location))
    await expect(get(`${server.url}/f?signature=secret`)).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringMatching(
        `/f\\?…: expected an http: or https: URL; received a redirect to ${shown}`,
      ),
      facts: { status: 302 },
    })
  })

  it('rejects with BAD_SETTING for a request that Node refuses, which no retry changes', async () => {
    await using server = await ScriptedServer.start((_request, response) => response.end())
    await expect(get(server.url, { 'x y': 'a' })).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: expect.stringMatching(/^Cannot request http:.*: Node refuses it: /),
    })
    expect(server.requests).toEqual([])
  })

  it('rejects with REFUSED for the eleventh redirect', async () => {
    await using server = await ScriptedServer.start(redirect(302, '/f'))
    await expect(get(`${server.url}/f`)).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('expected at most 10 redirects; received another one'),
    })
    expect(server.requests).toHaveLength(11)
  })

  it('rejects with the reason of an aborted signal, before and during a request', async () => {
    const reason = new Error('enough')
    const abort = new AbortController()
    await using server = await ScriptedServer.start(() => abort.abort(reason))
    const transport = nodeTransport()
    const request = { url: server.url, fields: {}, signal: abort.signal }
    await expect(transport.send(request)).rejects.toBe(reason)
    await expect(transport.send(request)).rejects.toBe(reason)
    expect(server.requests).toHaveLength(1)
    transport.close()
  })

  it('rejects with UNREACHABLE for a refused connection', async () => {
    const { url } = await (async () => {
      await using server = await ScriptedServer.start(() => {})
      return { url: server.url }
    })()
    await expect(get(url)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      facts: { reason: 'refused' },
    })
  })
})

describe('nodeTransport with a reader that is slower than a server that closes the connection', () => {
  it.each([1, 64, 128, 1024, 5000])('reads all of %i KiB', async (kibibytes) => {
    const size = kibibytes * 1024
    using server = await closingServer(size, size)
    expect(await readLate(server.url)).toEqual({ bytes: size, isWhole: true })
  })

  it.each([64, 128, 1024])(
    'throws after at most %i KiB of a body that is one byte longer',
    async (kibibytes) => {
      const size = kibibytes * 1024
      using server = await closingServer(size + 1, size)
      const { bytes, isWhole } = await readLate(server.url)
      expect(isWhole).toBe(false)
      expect(bytes).toBeLessThanOrEqual(size)
    },
  )
})
