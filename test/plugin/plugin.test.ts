import { utimesSync } from 'node:fs'
import { createGzip } from 'node:zlib'
import fc from 'fast-check'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { MAX_RANGES } from '../../src/http/byte-range.js'
import lastbyte, { type LastbyteOptions } from '../../src/index.js'
import { applicationWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const REPLY = [
  'accept-ranges',
  'cache-control',
  'content-type',
  'etag',
  'last-modified',
  'x-content-type-options',
]

async function get(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(url, { headers, method, redirect: 'manual' })
  const body = Buffer.from(await response.arrayBuffer())
  return { status: response.status, fields: response.headers, body }
}

describe('A file', () => {
  it('is sent with the same header fields to GET and HEAD', async () => {
    using folder = new Folder({ 'clip.mp4': pattern(5000) })
    await using served = await applicationWith({ root: folder.path })
    const whole = await get(`${served.url}/clip.mp4`)
    const head = await get(`${served.url}/clip.mp4`, { Range: 'bytes=0-1' }, 'HEAD')
    expect(whole.status).toBe(200)
    expect(whole.body.equals(pattern(5000))).toBe(true)
    expect(head.status).toBe(200)
    expect(head.body).toHaveLength(0)
    for (const name of [...REPLY, 'content-length']) {
      expect(whole.fields.get(name), name).toBeTruthy()
      expect(head.fields.get(name), name).toBe(whole.fields.get(name))
    }
    expect(whole.fields.get('etag')).toMatch(/^"/)
    expect(whole.fields.get('content-type')).toBe('video/mp4')
  })

  it('with a future mtime is sent with a Last-Modified no later than Date (RFC 9110 §8.8.2.1)', async () => {
    using folder = new Folder({ f: 'f' })
    utimesSync(folder.at('f'), new Date(2099, 0), new Date(2099, 0))
    await using served = await applicationWith({ root: folder.path })
    const { fields } = await get(`${served.url}/f`)
    const modified = Date.parse(fields.get('last-modified') ?? '')
    expect(modified).toBeLessThanOrEqual(Date.parse(fields.get('date') ?? ''))
  })

  it('that is empty is sent with 200, and with 416 for a range', async () => {
    using folder = new Folder({ empty: '' })
    await using served = await applicationWith({ root: folder.path })
    expect(await get(`${served.url}/empty`)).toMatchObject({ status: 200, body: Buffer.alloc(0) })
    const range = await get(`${served.url}/empty`, { Range: 'bytes=0-' })
    expect([range.status, range.fields.get('content-range')]).toEqual([416, 'bytes */0'])
  })

  it('of any size is sent in exactly the requested ranges', async () => {
    using folder = new Folder()
    await using served = await applicationWith({ root: folder.path })
    const cases = fc.integer({ min: 1, max: 400_000 }).chain((size) => {
      const slice = fc
        .tuple(fc.nat(size - 1), fc.nat(size - 1))
        .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
      return fc.tuple(fc.constant(size), fc.array(slice, { minLength: 1, maxLength: 6 }))
    })
    await fc.assert(
      fc.asyncProperty(cases, async ([size, slices]) => {
        const content = pattern(size, size)
        folder.write(`f${size}`, content)
        const ranges = slices.map(([first, last]) => `${first}-${last}`).join(',')
        const response = await get(`${served.url}/f${size}`, { Range: `bytes=${ranges}` })
        const expectedParts = slices.map(([first, last]) => content.subarray(first, last + 1))
        const requestedBytes = expectedParts.reduce((sum, part) => sum + part.length, 0)
        if (slices.length > 1 && (requestedBytes > size || slices.length > MAX_RANGES)) {
          expect(response.status).toBe(200)
          expect(response.body.equals(content)).toBe(true)
          return
        }
        expect(response.status).toBe(206)
        const parts = slices.length === 1 ? [response.body] : partsOf(response)
        expect(parts).toHaveLength(slices.length)
        for (const [index, part] of parts.entries()) {
          expect(part.equals(expectedParts[index] ?? Buffer.alloc(0))).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })
})

/** The contents of the parts of a multipart body, by the length in their Content-Range. */
function partsOf({ fields, body }: Awaited<ReturnType<typeof get>>): Buffer[] {
  const boundary = /boundary=(\S+)/.exec(fields.get('content-type') ?? '')?.[1] ?? ''
  const parts: Buffer[] = []
  let at = body.indexOf(`--${boundary}\r\n`)
  while (at !== -1) {
    const start = body.indexOf('\r\n\r\n', at) + 4
    const [, first, last] =
      /content-range: bytes (\d+)-(\d+)/i.exec(body.toString('latin1', at, start)) ?? []
    const end = start + Number(last) - Number(first) + 1
    parts.push(body.subarray(start, end))
    expect(body.toString('latin1', end, end + 4 + boundary.length)).toBe(`\r\n--${boundary}`)
    at = body.indexOf(`--${boundary}\r\n`, end)
  }
  return parts
}

describe('The plugin option', () => {
  const serveWith = async (
    options: Omit<LastbyteOptions, 'root'>,
    use: (
      get: (path: string, headers?: Record<string, string>) => ReturnType<typeof fetch>,
    ) => Promise<void>,
    files: Record<string, string> = {
      'a.txt': 'a',
      'dir/index.html': 'index',
      'dir/b.txt': 'b',
      'page.html': 'page',
    },
  ) => {
    using folder = new Folder(files)
    await using served = await applicationWith({ root: folder.path, ...options })
    await use((path, headers = {}) => fetch(served.url + path, { redirect: 'manual', headers }))
  }

  it('prefix is the path of the routes, and may contain route parameters', async () => {
    await serveWith({ prefix: '/media' }, async (get) => {
      expect((await get('/media/a.txt')).status).toBe(200)
      expect((await get('/a.txt')).status).toBe(404)
      expect((await get('/media/dir')).headers.get('location')).toBe('/media/dir/')
    })
    await serveWith({ prefix: '/of/:tenant/' }, async (get) => {
      expect(await (await get('/of/me/dir/b.txt')).text()).toBe('b')
    })
  })

  it('index names the index files of a folder, or is false for none', async () => {
    await serveWith({}, async (get) => {
      const response = await get('/dir/')
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(await response.text()).toBe('index')
    })
    await serveWith({ index: ['none.html', 'b.txt'] }, async (get) =>
      expect(await (await get('/dir/')).text()).toBe('b'),
    )
    await serveWith({ index: false }, async (get) => expect((await get('/dir/')).status).toBe(404))
  })

  it('redirect adds the trailing slash and keeps the query, and false sends the index instead', async () => {
    await serveWith({}, async (get) => {
      const response = await get('/dir?x=1')
      expect([response.status, response.headers.get('location')]).toEqual([301, '/dir/?x=1'])
    })
    await serveWith({ redirect: false }, async (get) =>
      expect(await (await get('/dir')).text()).toBe('index'),
    )
  })

  it('maxAge, immutable and cacheControl set Cache-Control', async () => {
    const field = async (options: LastbyteOptions) => {
      let value: string | null = ''
      await serveWith(options, async (get) => {
        value = (await get('/a.txt')).headers.get('cache-control')
      })
      return value
    }
    expect(await field({})).toBe('public, max-age=0')
    expect(await field({ maxAge: '1d', immutable: true })).toBe('public, max-age=86400, immutable')
    expect(await field({ maxAge: 90_000 })).toBe('public, max-age=90')
    expect(await field({ cacheControl: false })).toBeNull()
  })

  it('extensions are appended in their order to a path without a file', async () => {
    await serveWith({ extensions: ['htm', 'html'] }, async (get) => {
      expect(await (await get('/page')).text()).toBe('page')
      expect((await get('/none')).status).toBe(404)
    })
  })

  it('allowedPath makes the response 404 where it returns false', async () => {
    const allowedPath = (path: string) => !path.startsWith('/dir/')
    await serveWith({ allowedPath }, async (get) => {
      expect((await get('/a.txt')).status).toBe(200)
      expect((await get('/dir/b.txt')).status).toBe(404)
    })
  })

  it('setHeaders is called before preconditions are evaluated, so that its ETag applies', async () => {
    let received: unknown[] = []
    const setHeaders: LastbyteOptions['setHeaders'] = (reply, path, stat) => {
      received = [path.endsWith('/a.txt'), stat?.size, stat?.mtime instanceof Date]
      reply.setHeader('ETag', '"mine"')
      reply.header('X-Own', 'yes')
    }
    await serveWith({ setHeaders }, async (get) => {
      const response = await get('/a.txt')
      expect(response.headers.get('etag')).toBe('"mine"')
      expect(response.headers.get('x-own')).toBe('yes')
      expect((await get('/a.txt', { 'If-None-Match': '"mine"' })).status).toBe(304)
      expect((await get('/a.txt', { 'If-Range': '"mine"', Range: 'bytes=0-0' })).status).toBe(206)
      expect((await get('/a.txt', { 'If-Range': '"other"', Range: 'bytes=0-0' })).status).toBe(200)
    })
    expect(received).toEqual([true, 1, true])
  })

  it('setHeaders with a weak ETag disables If-Range (RFC 9110 §13.1.5)', async () => {
    await serveWith({ setHeaders: (reply) => void reply.header('etag', 'W/"w"') }, async (get) => {
      expect((await get('/a.txt', { 'If-Range': 'W/"w"', Range: 'bytes=0-0' })).status).toBe(200)
      expect((await get('/a.txt', { 'If-None-Match': '"w"' })).status).toBe(304)
    })
  })

  it('list sends a listing as HTML, or as JSON by Accept, and is off by default', async () => {
    await serveWith({ index: false }, async (get) => expect((await get('/')).status).toBe(404))
    const files = { '<b>&.txt': 'x', 'clip.mp4': 'x', 'dir/x': 'x' }
    const options = { list: true, watch: '/-/watch' }
    await serveWith(
      options,
      async (get) => {
        const page = await get('/')
        expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
        const html = await page.text()
        expect(html).toContain('&#60;b&#62;&#38;.txt')
        expect(html).not.toContain('<b>')
        expect(html).toContain('href="/-/watch/clip.mp4"')
        const json = await get('/', { Accept: 'application/json' })
        expect(json.headers.get('vary')).toMatch(/accept/i)
        expect(await json.json()).toEqual({ dirs: ['dir'], files: ['<b>&.txt', 'clip.mp4'] })
      },
      files,
    )
    const list = { format: 'json', jsonFormat: 'extended', names: ['ls.json'] } as const
    await serveWith({ list: { ...list, names: [...list.names] } }, async (get) => {
      const listed = (await (await get('/ls.json')).json()) as { files: unknown[] }
      expect(listed.files[0]).toMatchObject({ name: 'a.txt', href: '/a.txt', stats: { size: 1 } })
    })
    await serveWith(
      { list: { render: (dirs, all) => `${dirs.length} ${all.length}` } },
      async (get) => {
        expect(await (await get('/')).text()).toBe('1 2')
      },
    )
  })

  it('list sends links that can be fetched', async () => {
    const files = {
      'a b.txt': '1',
      'c#d?.txt': '2',
      '100%.txt': '3',
      'javascript:x': '4',
      'ä.txt': '5',
    }
    await serveWith(
      { list: true },
      async (get) => {
        const html = await (await get('/')).text()
        const links = [...html.matchAll(/href="([^"]+)"/g)].map(
          ([, link]) => link?.replaceAll('&#39;', "'") ?? '',
        )
        expect(links).toHaveLength(5)
        for (const link of links) {
          const target = new URL(link, 'http://x/').pathname
          expect((await get(target)).status, link).toBe(200)
        }
      },
      files,
    )
  })

  it('wildcard: false adds a route for each present file, and for none that is added later', async () => {
    using folder = new Folder({ 'a.txt': 'a', 'dir/index.html': 'index', 'co:lon ä 100%': 'c' })
    await using served = await applicationWith({ root: folder.path, wildcard: false }, (app) => {
      app.get('/*', (_request, reply) => reply.send('fallback'))
    })
    const text = async (path: string) => (await fetch(served.url + path)).text()
    expect(await text('/a.txt')).toBe('a')
    expect(await text('/dir/')).toBe('index')
    expect(await text(`/${encodeURI('co:lon ä 100%')}`)).toBe('c')
    folder.write('late.txt', 'late')
    expect(await text('/late.txt')).toBe('fallback')
  })

  it('constraints selects between several registrations of one application', async () => {
    using one = new Folder({ v: 'one' })
    using two = new Folder({ v: 'two' })
    await using served = await applicationWith(
      { root: one.path, constraints: { host: 'one.example' } },
      (app) => {
        app.register(lastbyte, { root: two.path, prefix: '/two' })
        app.get('/decorated', (_request, reply) => reply.sendFile('v'))
      },
    )
    using client = new RawClient(served.port)
    client.request('/v', { Host: 'one.example' })
    expect((await client.response()).body.toString()).toBe('one')
    expect((await fetch(`${served.url}/v`)).status).toBe(404)
    expect(await (await fetch(`${served.url}/two/v`)).text()).toBe('two')
    expect(await (await fetch(`${served.url}/decorated`)).text()).toBe('one')
  })

  it('prefix is appended to the prefix of an encapsulated application', async () => {
    using folder = new Folder({ 'dir/v': 'v' })
    await using served = await applicationWith({ root: folder.path, serve: false }, (app) => {
      app.register(
        async (scope) =>
          void scope.register(lastbyte, { root: folder.path, prefix: '/in', decorateReply: false }),
        {
          prefix: '/api',
        },
      )
    })
    expect(await (await fetch(`${served.url}/api/in/dir/v`)).text()).toBe('v')
  })

  it.each<[object, RegExp]>([
    [
      {},
      /^root: provide exactly one of "root" and "source", or else "serve": false; received undefined$/,
    ],
    [{ root: '.', source: { open() {} } }, /^root: provide exactly one of "root" and "source"; /],
    [
      { root: '/dev/null' },
      /root: expected a folder that can be read; received "\/dev\/null" \(ENOTDIR\)/,
    ],
    [{ root: [] }, /root: expected a path, a file: URL, or a non-empty array/],
    [{ root: '.', acceptRanges: 'no' }, /acceptRanges: expected true or false; received "no"/],
    [
      { root: '.', preCompressed: 'br' },
      /preCompressed: expected true, false, or an array of "br", "zstd"/,
    ],
    [
      { root: '.', preCompressed: ['br', 'deflate'] },
      /preCompressed: expected .*; received \["br", "deflate"\]/,
    ],
    [{ root: '.', preCompressed: ['br', 'br'] }, /preCompressed: expected .* each at most once/],
    [{ root: '.', globIgnore: '*.map' }, /globIgnore: expected an array of globs/],
    [{ root: '.', etag: 'weak' }, /etag: expected true, false, "stat" or "content"/],
    [
      { root: '.', dotfiles: 'hide' },
      /dotfiles: expected "allow", "deny" or "ignore"; received "hide"/,
    ],
    [
      { root: '.', maxAge: 'soon' },
      /maxAge: expected a number of ms, 0 or more, Infinity, or a time such as "1d"/,
    ],
    [{ root: '.', prefix: 'media' }, /prefix: expected a path that starts with a slash/],
    [
      { root: '.', list: { extendedFolderInfo: true } },
      /list\.extendedFolderInfo: not supported: /,
    ],
    [{ root: '.', stallTimeout: 0 }, /stallTimeout: expected a number of ms/],
    [{ root: '.', setHeaders: 'x' }, /setHeaders: expected a function/],
  ])('with a malformed value is named in the error: %j', async (options, message) => {
    const app = Fastify()
    await expect(async () => app.register(lastbyte, options as never)).rejects.toThrow(message)
  })
})

describe('reply.sendFile and reply.download', () => {
  it('send a file from a handler, with conditions and ranges', async () => {
    using folder = new Folder({ 'dir/a.txt': '0123456789' })
    using elsewhere = new Folder({ 'a.txt': 'other' })
    await using served = await applicationWith(
      { root: folder.path, serve: false, maxAge: '1h' },
      (app) => {
        app.get('/plain', (_request, reply) => reply.sendFile('dir/a.txt'))
        app.get('/async', async (_request, reply) => reply.sendFile('/dir/a.txt', { maxAge: 0 }))
        app.get('/root', (_request, reply) => reply.sendFile('a.txt', elsewhere.path))
        app.get('/own', (_request, reply) =>
          reply.header('cache-control', 'no-store').type('x/y').sendFile('dir/a.txt'),
        )
        app.get('/404', (_request, reply) => reply.code(404).sendFile('dir/a.txt'))
        app.get('/out', (_request, reply) => reply.sendFile('../secret'))
        app.get('/none', (_request, reply) => reply.sendFile('none'))
        app.get('/bad', async (_request, reply) =>
          reply.sendFile('dir/a.txt', { start: 1 } as never),
        )
      },
    )
    const plain = await get(`${served.url}/plain`, { Range: 'bytes=-3' })
    expect([plain.status, plain.body.toString(), plain.fields.get('cache-control')]).toEqual([
      206,
      '789',
      'public, max-age=3600',
    ])
    const etag = plain.fields.get('etag') ?? ''
    expect((await get(`${served.url}/plain`, { 'If-None-Match': etag })).status).toBe(304)
    expect((await get(`${served.url}/async`)).fields.get('cache-control')).toBe('public, max-age=0')
    expect((await get(`${served.url}/root`)).body.toString()).toBe('other')
    const own = await get(`${served.url}/own`)
    expect([own.fields.get('cache-control'), own.fields.get('content-type')]).toEqual([
      'no-store',
      'x/y',
    ])
    const page = await get(`${served.url}/404`, { Range: 'bytes=0-0', 'If-None-Match': etag })
    expect([page.status, page.body.toString()]).toEqual([404, '0123456789'])
    expect((await get(`${served.url}/out`)).status).toBe(403)
    expect((await get(`${served.url}/none`)).status).toBe(404)
    expect((await get(`${served.url}/bad`)).status).toBe(500)
    expect((await get(`${served.url}/dir/a.txt`)).status).toBe(404)
  })

  it('name the attachment in both forms of RFC 6266', async () => {
    using folder = new Folder({ 'dir/é.txt': 'x' })
    await using served = await applicationWith({ root: folder.path, serve: false }, (app) => {
      app.get('/own', (_request, reply) => reply.download('dir/é.txt'))
      app.get('/named', (_request, reply) =>
        reply.download('dir/é.txt', '日本 "x".txt', { maxAge: '1s' }),
      )
    })
    const field = async (path: string) =>
      (await get(served.url + path)).fields.get('content-disposition')
    expect(await field('/own')).toMatch(/^attachment; filename="/)
    expect(await field('/named')).toMatch(/filename\*=UTF-8''%E6%97%A5%E6%9C%AC%20%22x%22\.txt/)
  })

  it('call the hooks of the application: onSend may add fields, and onResponse is called', async () => {
    using folder = new Folder({ f: 'f' })
    let responses = 0
    await using served = await applicationWith({ root: folder.path, serve: false }, (app) => {
      app.addHook('onSend', async (_request, reply) => void reply.header('x-hook', 'ran'))
      app.addHook('onResponse', async () => {
        responses += 1
      })
      app.get('/f', (_request, reply) => reply.sendFile('f'))
    })
    expect((await get(`${served.url}/f`)).fields.get('x-hook')).toBe('ran')
    await expect.poll(() => responses).toBe(1)
  })

  it('fail where an onSend hook transforms the body, which would need another ETag', async () => {
    using folder = new Folder({ f: 'f' })
    await using served = await applicationWith({ root: folder.path, serve: false }, (app) => {
      app.addHook('onSend', async (_request, _reply, payload) => {
        const body = payload as NodeJS.ReadableStream | undefined
        return typeof body?.pipe === 'function' ? body.pipe(createGzip()) : payload
      })
      app.get('/f', (_request, reply) => reply.sendFile('f'))
    })
    expect((await get(`${served.url}/f`)).status).toBe(500)
    await expect.poll(() => served.app.transfers.running.size).toBe(0)
  })

  it('send the same response to app.inject', async () => {
    using folder = new Folder({ f: '0123456789' })
    await using served = await applicationWith({ root: folder.path })
    const response = await served.app.inject({ url: '/f', headers: { range: 'bytes=2-3' } })
    expect([response.statusCode, response.body]).toEqual([206, '23'])
  })
})
