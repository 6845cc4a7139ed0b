import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseMetalink } from '../../src/check/digests/metalink.js'
import { signUrl } from '../../src/index.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { KEY, userLine } from '../fixture/access.js'
import { type Application, applicationWith, serverWith } from '../fixture/application.js'
import { CONTENT, FaultServer } from '../fixture/fault-server.js'
import { Folder, pattern } from '../fixture/files.js'
import { http2Responses } from '../fixture/http2-responses.js'
import { precompressedFolder, SCRIPT, sendRequest } from '../fixture/precompressed-folder.js'
import { ProxyWithOrigin } from '../fixture/proxy-with-origin.js'
import { serve } from '../fixture/scripted-server.js'
import { reprDigest } from '../fixture/sha256.js'
import { tls } from '../fixture/tls.js'

const MIB = 1024 ** 2
const SIZE = 2 * MIB + 5
const FILE = pattern(SIZE)
const TYPE = 'application/metalink4+xml'
const hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function serving(
  options: LastbyteOptions,
  use: (
    get: (
      path: string,
      fields?: Record<string, string>,
      method?: string,
    ) => ReturnType<typeof sendRequest>,
    app: Application,
    folder: Folder,
  ) => Promise<void>,
) {
  using folder = precompressedFolder({ 'f.bin': FILE, 'ä <&">.bin': 'x', '.hidden': 'x' })
  mkdirSync(folder.at('d'))
  symlinkSync('/etc/hostname', folder.at('out'))
  await using app = await applicationWith({ root: folder.path, metalink: true, ...options })
  const get = (path: string, fields: Record<string, string> = {}, method = 'GET') =>
    sendRequest(app.url + path, fields, method)
  await use(get, app, folder)
}

const users = [await userLine('ann', 'secret')]

const urlsIn = (body: Buffer) =>
  [...String(body).matchAll(/<url priority="\d+">(.*?)<\/url>/g)].map(([, url]) => url)

describe('The Metalink document of a file', () => {
  it('has its name, size, digest, those of its pieces, and its URLs', async () => {
    const mirrors = ['https://m.example/x', 'http://n.example/']
    await serving({ metalink: { mirrors } }, async (get, app) => {
      const { status, fields, body } = await get('/f.bin?metalink')
      expect(status).toBe(200)
      expect(fields).toMatchObject({
        'content-type': TYPE,
        'content-length': String(body.length),
        'content-disposition': 'attachment; filename=f.bin.meta4',
        etag: expect.stringMatching(/^"[\w-]{22}"$/),
      })
      expect(fields['cache-control']).toBe('public, max-age=0')
      const [file] = parseMetalink(String(body))
      expect(file).toMatchObject({ name: 'f.bin', size: SIZE })
      expect(file?.hashes.get('sha-256')).toBe(hex(FILE))
      const pieces = [...String(body).matchAll(/<hash>(.*)<\/hash>/g)].map(([, each]) => each)
      expect(pieces).toEqual([0, MIB, 2 * MIB].map((at) => hex(FILE.subarray(at, at + MIB))))
      expect(urlsIn(body)).toEqual([
        `${app.url}/f.bin`,
        'https://m.example/x/f.bin',
        'http://n.example/f.bin',
      ])
    })
  })

  it('is a representation with conditions, ranges, HEAD and digests of its own', async () => {
    await serving({}, async (get) => {
      const whole = await get('/f.bin?metalink')
      const { etag = '' } = whole.fields
      const head = await get('/f.bin?metalink', {}, 'HEAD')
      expect([head.status, head.fields.etag, head.body.length]).toEqual([200, etag, 0])
      expect(head.fields['content-length']).toBe(String(whole.body.length))
      expect((await get('/f.bin?metalink', { 'If-None-Match': etag })).status).toBe(304)
      const part = await get('/f.bin?metalink', { Range: 'bytes=5-9', 'If-Range': etag })
      expect([part.status, part.body]).toEqual([206, whole.body.subarray(5, 10)])
      const want = await get('/f.bin?metalink', { 'Want-Repr-Digest': 'sha-256=1' })
      expect(want.fields['repr-digest']).toBe(reprDigest(whole.body))
    })
  })

  it('has another ETag for another version of the file', async () => {
    await serving({}, async (get, _app, folder) => {
      const before = (await get('/f.bin?metalink')).fields.etag
      folder.write('f.bin', pattern(SIZE, 7))
      const after = await get('/f.bin?metalink')
      expect(after.fields.etag).not.toBe(before)
      expect(String(after.body)).toContain(hex(pattern(SIZE, 7)))
    })
  })

  it.each<[string, string, number, LastbyteOptions]>([
    ['a file that is absent', '/none?metalink', 404, {}],
    ['a hidden file', '/.hidden?metalink', 404, {}],
    ['a link out of the root', '/out?metalink', 403, {}],
    ['a path that allowedPath refuses', '/f.bin?metalink', 404, { allowedPath: () => false }],
    ['a client without credentials', '/f.bin?metalink', 401, { access: { users } }],
    ['a folder that is not listed', '/d/?metalink', 404, {}],
  ])('of %s is refused like the file', async (_of, path, status, options) => {
    await serving(options, async (get) => {
      const [document, file] = [await get(path), await get(path.replace('?metalink', ''))]
      expect([document.status, file.status]).toEqual([status, status])
      expect(String(document.body)).not.toContain('<metalink')
    })
  })

  it('is not there without the option, nor behind a call of sendFile', async () => {
    await serving({ metalink: false }, async (get) => {
      expect((await get('/f.bin?metalink')).body.length).toBe(SIZE)
    })
    using folder = new Folder({ 'f.bin': FILE })
    const options = { root: folder.path, metalink: true, serve: false }
    await using app = await applicationWith(options, (fastify) => {
      fastify.get('/x', (_request, reply) => reply.sendFile('f.bin'))
    })
    const { body, fields } = await sendRequest(`${app.url}/x?metalink`)
    expect([body.length, fields.link]).toEqual([SIZE, undefined])
  })

  it('describes the file and not one of its codings', async () => {
    await serving({ preCompressed: true }, async (get) => {
      const { body, fields } = await get('/app.js?metalink', { 'Accept-Encoding': 'br' })
      expect(fields['content-encoding']).toBeUndefined()
      expect(String(body)).toContain(hex(SCRIPT))
    })
  })

  it('encodes names and URLs', async () => {
    await serving({ metalink: { mirrors: ['https://m.example/'] } }, async (get, app) => {
      const path = `/${encodeURIComponent('ä <&">.bin')}`
      const { body } = await get(`${path}?a=1&metalink&b=%26`)
      expect(String(body)).toContain('<file name="ä &lt;&amp;&quot;&gt;.bin">')
      expect(urlsIn(body)).toEqual([
        `${app.url}${path}?a=1&amp;b=%26`,
        'https://m.example/%C3%A4%20%3C&amp;%22%3E.bin',
      ])
    })
  })

  it('has no digests of a file larger than digestLimit until they are computed', async () => {
    await serving({ digestLimit: MIB, maxAge: '1h' }, async (get) => {
      const first = await get('/f.bin?metalink')
      expect(String(first.body)).not.toContain('hash')
      expect(first.fields['cache-control']).toBe('no-store')
      const document = async () => String((await get('/f.bin?metalink')).body)
      await expect.poll(document).toContain(hex(FILE))
      await expect.poll(document).toContain(hex(FILE.subarray(0, MIB)))
      const last = await get('/f.bin?metalink')
      expect(last.fields['cache-control']).toBe('public, max-age=3600')
      expect(last.fields.etag).not.toBe(first.fields.etag)
    })
  })

  it.each<[string, LastbyteOptions]>([
    ['digest: off', { digest: 'off' }],
    ['a file above digestMaximum', { digestMaximum: MIB }],
  ])('has the size and the URLs alone with %s', async (_of, options) => {
    await serving(options, async (get) => {
      const { body, fields } = await get('/f.bin?metalink')
      expect(String(body)).not.toContain('hash')
      expect(String(body)).toContain(`<size>${SIZE}</size>`)
      expect(fields['cache-control']).toBe('public, max-age=0')
    })
  })

  it('of a signed link has the signature in its URLs, and no other parameter on mirrors', async () => {
    const key = KEY
    const metalink = { mirrors: ['https://m.example/'] }
    const access = { keys: [key] }
    await serving({ metalink, access }, async (get, app) => {
      const etagOf = async (url: URL) => (await get(url.pathname + url.search)).fields.etag ?? ''
      const plain = new URL(signUrl(`${app.url}/f.bin`, { key, expires: '1h' }))
      const version = await etagOf(plain)
      const signed = new URL(signUrl(`${app.url}/f.bin`, { key, expires: '1h', version }))
      const document = await get(`${signed.pathname}${signed.search}&t=1&metalink`)
      expect(document.status).toBe(200)
      const [own = '', mirror = ''] = urlsIn(document.body).map((url) =>
        String(url).replaceAll('&amp;', '&'),
      )
      expect(own).toBe(`${signed.href}&t=1`)
      expect(mirror).toBe(`https://m.example/f.bin${signed.search}`)
      expect((await get(own.slice(app.url.length))).status).toBe(200)
      const link = (await get(signed.pathname + signed.search)).fields.link
      expect(link).toContain(`<${signed.search}&metalink>; rel=describedby`)
      const stale = signUrl(`${app.url}/f.bin`, { key, expires: '1h', version: '"old"' })
      expect((await get(`${stale.slice(app.url.length)}&metalink`)).status).toBe(412)
      expect((await get('/f.bin?metalink')).status).toBe(403)
    })
  })

  it('has the URL by which a proxy in front is reached, and over HTTP/2 that of TLS', async () => {
    using folder = new Folder({ 'f.bin': 'x' })
    const files = { root: folder.path, metalink: true }
    await using app = await serverWith(files, { tls })
    await using client = http2Responses(`https://127.0.0.1:${app.port}`)
    const { body } = await client.request('/f.bin?metalink')
    expect(urlsIn(body)).toEqual([`https://127.0.0.1:${app.port}/f.bin`])
  })

  it('of a file that grows has no digests and is not stored, and no response links to it', async () => {
    await serving({ live: true, maxAge: '1h' }, async (get, _app, folder) => {
      folder.write('f.bin.live', '')
      const { body, fields } = await get('/f.bin?metalink')
      expect(String(body)).not.toContain('hash')
      expect(fields['cache-control']).toBe('no-store')
      expect((await get('/f.bin')).fields.link).toBeUndefined()
      rmSync(folder.at('f.bin.live'))
      const finished = async () => String((await get('/f.bin?metalink')).body)
      await expect.poll(finished).toContain(hex(FILE))
      expect((await get('/f.bin')).fields.link).toContain('<?metalink>')
    })
  })

  it('is of a file of another source too, whose query it keeps', async () => {
    const bytes = Buffer.from('content')
    const origin = serve(bytes, { etag: '"v"' })
    await using site = await ProxyWithOrigin.start(origin, { files: { metalink: true } })
    const { body } = await site.get('/f?v=1&metalink')
    expect(String(body)).toContain(hex(bytes))
    expect(new Set(site.origin.requests.map(({ url }) => url))).toEqual(new Set(['/f?v=1']))
    expect((await site.get('/f?v=1')).fields.link).toContain('<?v=1&metalink>')
  })

  it('has the digests of the correct bytes where a fault corrupts those of the file', async () => {
    await using served = await FaultServer.start()
    // A rule for the path without a limit of requests.
    served.faults.arm({ fault: { kind: 'corrupt', at: 5 }, match: { path: '/g' } })
    const folder = new Folder({ g: CONTENT })
    await using app = await applicationWith({
      root: folder.path,
      metalink: true,
      faults: served.faults,
    })
    const corrupt = await sendRequest(`${app.url}/g`)
    expect(corrupt.body.equals(CONTENT)).toBe(false)
    served.faults.reset()
    const { body } = await sendRequest(`${app.url}/g?metalink`)
    expect(String(body)).toContain(hex(CONTENT))
    folder[Symbol.dispose]()
  })
})

describe('Link', () => {
  const LINK = `<?metalink>; rel=describedby; type="${TYPE}"`

  it.each<[string, number, Record<string, string>, string]>([
    ['a GET', 200, {}, 'GET'],
    ['a HEAD', 200, {}, 'HEAD'],
    ['a range', 206, { Range: 'bytes=1-2' }, 'GET'],
    ['several ranges', 206, { Range: 'bytes=1-2,4-5' }, 'GET'],
    ['a request for digests', 200, { 'Want-Digest': 'SHA-256' }, 'GET'],
  ])(
    'leads to the document and the mirrors in the response to %s',
    async (_to, status, fields, method) => {
      await serving({ metalink: { mirrors: ['https://m.example/'] } }, async (get) => {
        // Twice, since the second may be sent from the cache.
        for (const path of ['/f.bin', '/f.bin', '/app.js', '/app.js']) {
          const got = await get(path, fields, method)
          expect(got.status).toBe(status)
          expect(got.fields.link).toBe(`${LINK}, <https://m.example${path}>; rel=duplicate; pri=1`)
        }
      })
    },
  )

  it('stands beside those of the application', async () => {
    using folder = new Folder({ f: 'x' })
    await using app = await applicationWith({ root: folder.path, metalink: true }, (fastify) => {
      fastify.addHook('onRequest', async (_request, reply) => {
        reply.header('link', '</a.css>; rel=preload')
      })
    })
    expect((await sendRequest(`${app.url}/f`)).fields.link).toBe(`</a.css>; rel=preload, ${LINK}`)
  })

  it.each<[string, string, Record<string, string>, LastbyteOptions]>([
    ['for a coding of the file', '/app.js', { 'Accept-Encoding': 'br' }, { preCompressed: true }],
    ['for the frames of the file', '/f.bin', { Accept: 'text/event-stream' }, {}],
    ['for a file that is absent', '/none', {}, {}],
    ['for the document itself', '/f.bin?metalink', {}, {}],
    ['without the option', '/f.bin', {}, { metalink: false }],
  ])('is not sent %s', async (_for, path, fields, options) => {
    await serving(options, async (get) => {
      expect((await get(path, fields)).fields.link).toBeUndefined()
    })
  })
})
