import { renameSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import type { Slice } from '../../src/http/byte-range.js'
import lastbyte from '../../src/plugin/plugin.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import type { ByteSource } from '../../src/source/byte-source.js'
import { applicationWith } from '../fixture/application.js'
import { countingSource } from '../fixture/counting-source.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { rewrite, settledSource } from '../fixture/settled-files.js'

async function fetchFile(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(url, { headers, method, redirect: 'manual' })
  const fields: Record<string, string> = {}
  response.headers.forEach((value, name) => {
    fields[name] = value
  })
  delete fields.date
  const body = Buffer.from(await response.arrayBuffer()).toString('latin1')
  return { status: response.status, fields, body }
}

async function serving(files: Record<string, string>, options: LastbyteOptions = {}) {
  const folder = new Folder(files)
  const { source, opens } = countingSource(settledSource(folder))
  const served = await applicationWith({ source, ...options })
  return {
    folder,
    served,
    opens,
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

describe('A cached file', () => {
  it.each([
    ['the whole', {}],
    ['a range', { range: 'bytes=2-5' }],
    ['a suffix', { range: 'bytes=-3' }],
    ['no range that could be satisfied', { range: 'bytes=99-' }],
    ['a range of another version', { range: 'bytes=2-5', 'if-range': '"other"' }],
    ['a version that the client has', { 'if-none-match': '*' }],
    ['a date since which nothing changed', { 'if-modified-since': new Date().toUTCString() }],
    ['a malformed range', { range: 'bytes=5-2' }],
  ] as const)('has the response for %s that an opened file has', async (_what, headers) => {
    await using place = await serving({ f: '0123456789' })
    const { served, opens } = place
    const opened = await fetchFile(`${served.url}/f`, headers)
    await fetchFile(`${served.url}/f`)
    const before = opens()
    expect(await fetchFile(`${served.url}/f`, headers)).toEqual(opened)
    expect(opens()).toBe(before)
  })

  it('has the record and the log line of an opened file', async () => {
    await using place = await serving({ f: '0123456789' })
    const { served } = place
    const headers = { range: 'bytes=2-5' }
    await fetchFile(`${served.url}/f`)
    for (const _ of [1, 2]) await fetchFile(`${served.url}/f?x=1`, headers)
    const [, ...records] = served.records
    expect(records).toHaveLength(2)
    expect(records[1]).toMatchObject({ method: 'GET', path: '/f', range: 'bytes=2-5', status: 206 })
    expect(records[1]).toMatchObject({ bytes: 4, outcome: 'complete' })
    const lines = served.log.filter(({ msg }) => msg === 'transfer')
    expect(Object.keys(lines[2] ?? {})).toEqual(Object.keys(lines[1] ?? {}))
    expect(served.app.transfers.bytesSent).toBe(10 + 4 + 4)
  })

  it.each([
    ['a 304 response', { 'if-none-match': '*' }, 304],
    ['a 416 response', { range: 'bytes=9999999-' }, 416],
    ['HEAD', {}, 200],
  ] as const)('that is large is not opened for %s', async (what, headers, status) => {
    await using place = await serving({ f: pattern(300_000).toString('latin1') })
    const { served, opens } = place
    const method = what === 'HEAD' ? 'HEAD' : 'GET'
    const opened = await fetchFile(`${served.url}/f`, headers, method)
    expect(opened.status).toBe(status)
    const before = opens()
    expect(await fetchFile(`${served.url}/f`, headers, method)).toEqual(opened)
    expect(opens()).toBe(before)
  })

  it('with a future mtime is opened, since its Last-Modified changes with Date', async () => {
    await using place = await serving({ f: '0123456789' })
    const { served, opens, folder } = place
    const later = new Date(Date.now() + 3_600_000)
    utimesSync(folder.at('f'), later, later)
    await fetchFile(`${served.url}/f`)
    const before = opens()
    const { fields } = await fetchFile(`${served.url}/f`)
    expect(opens()).toBeGreaterThan(before)
    expect(Date.parse(fields['last-modified'] ?? '')).toBeLessThanOrEqual(Date.now())
  })

  it('is sent as the index of its folder', async () => {
    await using place = await serving({ 'dir/index.html': 'hello' })
    const { served, opens } = place
    const opened = await fetchFile(`${served.url}/dir/`)
    const before = opens()
    expect(await fetchFile(`${served.url}/dir/`)).toEqual(opened)
    expect(opens()).toBe(before)
  })

  it.each([
    ['a request for frames', { accept: 'text/event-stream' }, {}],
    ['a request for a digest', { 'want-repr-digest': 'sha-256=5' }, {}],
    ['a request for several ranges', { range: 'bytes=0-1,4-5' }, {}],
    ['a registration with etag: content', {}, { etag: 'content' }],
    ['a registration with setHeaders', {}, { setHeaders: () => {} }],
  ] as const)('is opened for %s', async (_what, headers, options) => {
    await using place = await serving({ f: '0123456789' }, options)
    const { served, opens } = place
    await fetchFile(`${served.url}/f`)
    await fetchFile(`${served.url}/f`)
    const before = opens()
    expect((await fetchFile(`${served.url}/f`, headers)).status).toBeLessThan(300)
    expect(opens()).toBeGreaterThan(before)
  })
})

describe('A cached file is not sent', () => {
  it.each([
    [
      'rewritten in place with the same size and a restored mtime',
      (folder: Folder) => {
        const { atime, mtime } = statSync(folder.at('dir/f'))
        rewrite(folder.at('dir/f'), 'new bytes!')
        utimesSync(folder.at('dir/f'), atime, mtime)
      },
      'new bytes!',
    ],
    [
      'replaced by a rename',
      (folder: Folder) => {
        folder.write('other', 'new bytes!')
        renameSync(folder.at('other'), folder.at('dir/f'))
      },
      'new bytes!',
    ],
    ['removed', (folder: Folder) => rmSync(folder.at('dir/f')), 404],
    [
      'removed with its folder, and another folder renamed to its name',
      (folder: Folder) => {
        folder.write('second/f', 'new bytes!')
        renameSync(folder.at('dir'), folder.at('first'))
        renameSync(folder.at('second'), folder.at('dir'))
      },
      'new bytes!',
    ],
  ] as const)('after it was %s', async (_how, change, wanted) => {
    await using place = await serving({ 'dir/f': '0123456789' })
    const { served, folder } = place
    for (const _ of [1, 2]) expect((await fetchFile(`${served.url}/dir/f`)).body).toBe('0123456789')
    change(folder)
    const { status, body } = await fetchFile(`${served.url}/dir/f`)
    expect(status === 200 ? body : status).toBe(wanted)
  })

  it('for longer than a second after its folder has moved out of the root', async () => {
    using outside = new Folder()
    await using place = await serving({ 'dir/f': '0123456789' })
    const { served, folder } = place
    await fetchFile(`${served.url}/dir/f`)
    renameSync(folder.at('dir'), outside.at('dir'))
    symlinkSync(outside.at('dir'), folder.at('dir'))
    await expect.poll(async () => (await fetchFile(`${served.url}/dir/f`)).status).toBe(403)
  })
})

describe('An application that sends a cached file', () => {
  it('has the fields of its handler in the response, and its onSend hooks run', async () => {
    using folder = new Folder({ f: '0123456789' })
    await using served = await applicationWith(
      { source: settledSource(folder), serve: false },
      (app) => {
        app.get('/plain', (_request, reply) => reply.sendFile('f'))
        app.get('/own', (_request, reply) => {
          reply.header('etag', '"own"').header('vary', 'Origin').header('x-own', 'yes')
          return reply.sendFile('f')
        })
        app.get('/origin', (_request, reply) => reply.header('vary', 'Origin').sendFile('f'))
        const onSend = async (_request: unknown, _reply: unknown, body: unknown) =>
          Buffer.isBuffer(body) ? Buffer.from('otherwise!') : body
        app.get('/hook', { onSend }, (_request, reply) => reply.sendFile('f'))
      },
    )
    for (const _ of [1, 2]) {
      expect((await fetchFile(`${served.url}/plain`)).fields.vary).toBe('Accept')
      const own = await fetchFile(`${served.url}/own`, { 'if-none-match': '"own"' })
      expect([own.status, own.fields['x-own']]).toEqual([304, 'yes'])
      expect((await fetchFile(`${served.url}/origin`)).fields.vary).toBe('Origin, Accept')
      expect((await fetchFile(`${served.url}/hook`)).body).toBe('0123456789')
    }
  })

  it('can read the header fields of the response in an onResponse hook', async () => {
    using folder = new Folder({ f: '0123456789' })
    const observed: unknown[] = []
    await using served = await applicationWith({ source: settledSource(folder) }, (app) => {
      app.addHook('onResponse', async (_request, reply) => {
        observed.push([
          reply.statusCode,
          reply.getHeader('content-length'),
          reply.getHeader('etag'),
        ])
      })
    })
    const { fields } = await fetchFile(`${served.url}/f`)
    await fetchFile(`${served.url}/f`)
    await fetchFile(`${served.url}/f`, { range: 'bytes=1-3' })
    await expect.poll(() => observed.length).toBe(3)
    // Content-Length is a number in the response of an opened file, and a string in that of a cached one.
    const texts = observed.map((each) => (each as unknown[]).map(String))
    expect(texts).toEqual([
      ['200', '10', fields.etag],
      ['200', '10', fields.etag],
      ['206', '3', fields.etag],
    ])
  })

  it('can read the header fields of the response in the request log, and in listeners of the response', async () => {
    using folder = new Folder({ f: '0123456789' })
    const logged: unknown[] = []
    const serializers = {
      res: (reply: { getHeaders?: () => Record<string, unknown> }) => {
        const headers = reply.getHeaders?.() ?? {}
        logged.push(String(headers['content-length']))
        return {}
      },
    }
    const app = Fastify({ logger: { serializers, stream: { write: () => {} } } })
    const observed: unknown[] = []
    app.addHook('onRequest', ({ query }, { raw }, done) => {
      if ('listen' in (query as object))
        raw.on('finish', () => observed.push(raw.getHeader('etag')))
      done()
    })
    await app.register(lastbyte, { source: settledSource(folder) })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const { fields } = await fetchFile(`${url}/f`)
    await fetchFile(`${url}/f`)
    await fetchFile(`${url}/f?listen`)
    await expect.poll(() => logged).toEqual(['10', '10', '10'])
    expect(observed).toEqual([fields.etag])
    await app.close()
  })

  it('has its connection closed where it has begun a response itself, and the process continues', async () => {
    using folder = new Folder({ small: 'x', large: pattern(300_000) })
    await using served = await applicationWith(
      { source: settledSource(folder), serve: false },
      (app) => {
        app.get('/:name', (request, reply) => {
          reply.raw.writeHead(200, { 'content-length': '5' })
          reply.raw.write('abc')
          return reply.sendFile((request.params as { name: string }).name)
        })
      },
    )
    for (const path of ['/small', '/large']) {
      for (const _ of [1, 2]) {
        const client = new RawClient(served.port)
        client.request(path)
        const { body } = await client.closed()
        expect(body.toString()).toBe('abc')
      }
    }
  })

  it('sends a 500 for a field that can’t be sent, and closes the source', async () => {
    using folder = new Folder({ small: 'x', large: pattern(300_000) })
    await using served = await applicationWith(
      { source: settledSource(folder), serve: false },
      (app) => {
        app.get('/:name', (request, reply) => {
          reply.header('x-bad', 'a\nb')
          return reply.sendFile((request.params as { name: string }).name)
        })
      },
    )
    for (const path of ['/small', '/large', '/large']) {
      const response = await fetch(`${served.url}${path}`).catch(() => undefined)
      expect(response?.status ?? 500, path).toBe(500)
    }
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
    await expect.poll(() => served.app.transfers.running.size).toBe(0)
  })

  it('leaves out the trailers that its handler adds: with its length, they would be a second framing', async () => {
    using folder = new Folder({ f: '0123456789' })
    await using served = await applicationWith(
      { source: settledSource(folder), serve: false },
      (app) => {
        app.get('/plain', (_request, reply) => reply.sendFile('f'))
        app.get('/trailer', (_request, reply) => {
          reply.trailer('x-sum', async () => 'of them all')
          return reply.sendFile('f')
        })
      },
    )
    await fetchFile(`${served.url}/plain`)
    const client = new RawClient(served.port)
    client.request('/trailer', { connection: 'close' })
    const { fields } = await client.closed()
    expect(fields).not.toHaveProperty('trailer')
    expect(fields).not.toHaveProperty('transfer-encoding')
    expect(fields['content-length']).toBe('10')
  })
})

describe('A request for a cached file', () => {
  it('emits end and close to listeners', async () => {
    using folder = new Folder({ f: '0123456789' })
    const ends: string[] = []
    await using served = await applicationWith({ source: settledSource(folder) }, (app) => {
      // In the same turn as the response: later, the request has already ended.
      app.addHook('onRequest', ({ raw, url }, _reply, done) => {
        if (url.endsWith('close')) raw.on('close', () => ends.push('close'))
        if (url.endsWith('end')) raw.on('end', () => ends.push('end'))
        done()
      })
    })
    await fetchFile(`${served.url}/f`)
    await fetchFile(`${served.url}/f?close`)
    await expect.poll(() => ends).toEqual(['close'])
    await fetchFile(`${served.url}/f?end`)
    await expect.poll(() => ends).toEqual(['close', 'end'])
  })

  it('may have a body, after which the next request on its connection is parsed', async () => {
    await using place = await serving({ f: '0123456789' })
    const { served, opens } = place
    await fetchFile(`${served.url}/f`)
    const before = opens()
    const client = new RawClient(served.port)
    const body = 'GET /g HTTP/1.1\r\n\r\n'.repeat(20_000)
    client.socket.write(
      `GET /f HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}` +
        'GET /f HTTP/1.1\r\nhost: a\r\nrange: bytes=7-\r\nconnection: close\r\n\r\n',
    )
    const { body: received } = await client.closed()
    expect(received.toString('latin1')).toMatch(/^0123456789HTTP\/1.1 206 (?:.*\r\n)+\r\n789$/)
    expect(opens()).toBe(before)
  })
})

describe('A client that does not read its responses with cached files', () => {
  const SIZE = 100_000
  const MANY = 400

  /** Sends requests without reading, until the kernel does not accept a response completely. */
  async function fullConnection(stallTimeout: number, options: LastbyteOptions = {}) {
    const folder = new Folder({ f: pattern(SIZE) })
    const served = await applicationWith({
      source: settledSource(folder),
      stallTimeout,
      ...options,
    })
    const { running } = served.app.transfers
    await fetchFile(`${served.url}/f`)
    const client = new RawClient(served.port)
    client.socket.pause()
    let before: unknown
    // A transfer that still waits for the client at the next poll: what the kernel accepts has ended by then.
    const isBlocked = () => {
      const now = [...running].find(({ waitingFor }) => waitingFor === 'client')
      const isSame = now !== undefined && now === before
      before = now
      return isSame
    }
    let requests = 0
    while (!isBlocked()) {
      client.request('/f')
      requests += 1
      await expect.poll(() => served.records.length > requests || isBlocked()).toBe(true)
    }
    return { folder, served, client, requests }
  }

  it('makes the server read no slice of a large file while the connection is full', async () => {
    using folder = new Folder({ large: pattern(1_000_000) })
    const files = settledSource(folder)
    let reads = 0
    const source: ByteSource = {
      ...files,
      cached(key) {
        const file = files.cached?.(key)
        if (file === undefined) return undefined
        const read = (slice: Slice) => {
          reads += 1
          return file.read(slice)
        }
        return { facts: file.facts, read }
      },
    }
    await using served = await applicationWith({ source })
    await fetchFile(`${served.url}/large`, { range: 'bytes=0-9' })
    using client = new RawClient(served.port)
    client.socket.pause()
    for (let n = 0; n < MANY; n += 1) client.request('/large', { Range: 'bytes=5-100004' })
    await expect.poll(() => served.app.transfers.running.size).toBeGreaterThan(0)
    await expect.poll(() => client.socket.bytesWritten).toBeGreaterThan(0)
    await fetchFile(`${served.url}/large`, { range: 'bytes=0-9' })
    expect(reads).toBeLessThan(MANY / 2)
  })

  it('is disconnected after the stall timeout', async () => {
    const { folder, served, client, requests } = await fullConnection(1_000)
    using _folder = folder
    await using _served = served
    await expect.poll(() => served.records.at(-1)?.outcome).toBe('stalled')
    await expect.poll(() => served.app.transfers.running.size).toBe(0)
    client.socket.resume()
    const { body, ended } = await client.closed()
    expect(ended).toBe('fin')
    expect(body.length).toBeLessThan(requests * SIZE)
  })

  it.each([
    ['from the cache', {}],
    ['through open', { setHeaders: () => {} }],
  ])(
    'and that were sent %s is recorded as client-gone when it disconnects',
    async (_how, options) => {
      const { folder, served, client } = await fullConnection(60_000, options)
      using _folder = folder
      await using _served = served
      client.socket.destroy()
      await expect.poll(() => served.app.transfers.running.size).toBe(0)
      expect(served.records.at(-1)).toMatchObject({ outcome: 'client-gone', bytes: 0 })
    },
  )

  it('receives all bytes when it reads later', async () => {
    const { folder, served, client, requests } = await fullConnection(60_000)
    using _folder = folder
    await using _served = served
    client.socket.resume()
    await expect.poll(() => served.records.length).toBe(requests + 1)
    expect(served.records.every(({ outcome }) => outcome === 'complete')).toBe(true)
    await expect.poll(() => served.app.transfers.running.size).toBe(0)
  })
})
