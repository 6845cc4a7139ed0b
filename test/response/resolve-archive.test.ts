import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:http2'
import { setTimeout as delay } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import { signUrl } from '../../src/index.js'
import lastbyte from '../../src/plugin/plugin.js'
import { KEY } from '../fixture/access.js'
import { Application, applicationWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { readZip } from '../fixture/zip-reader.js'

const FILES = {
  'films/a.mp4': pattern(700_000, 1),
  'films/b.txt': 'short',
  'films/שלום/映画 😀.mkv': pattern(1_500_000, 2),
  'films/.secret': 'x',
  'films/index.html': '<p>index',
  'other/c.txt': 'c',
}
const NAMES = ['a.mp4', 'b.txt', 'index.html', 'שלום/映画 😀.mkv']
const folder = new Folder(FILES)
mkdirSync(folder.at('films/empty'))
afterAll(() => folder[Symbol.dispose]())

/** Older than the grain of its ctime, so that listings have its version. */
const settled = () => delay(60)

const zipOf = async (response: Response) => readZip(Buffer.from(await response.arrayBuffer()))
const namesIn = async (response: Response) => (await zipOf(response)).map(({ name }) => name)

describe('GET of a folder with ?zip', () => {
  it('sends all that a listing shows as one file with length, entity tag and ranges', async () => {
    await using served = await applicationWith({ root: folder.path, zip: true })
    const response = await fetch(`${served.url}/films/?zip`)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename=films.zip',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
    })
    const length = Number(response.headers.get('content-length'))
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(bytes).toHaveLength(length)
    const members = readZip(bytes)
    expect(members.map(({ name }) => name)).toEqual(['a.mp4', 'b.txt', 'empty/', ...NAMES.slice(2)])
    expect(members.at(-1)?.content.equals(FILES['films/שלום/映画 😀.mkv'])).toBe(true)
  })

  it('is the same file for HEAD, conditions and every range', async () => {
    await settled()
    await using served = await applicationWith({ root: folder.path, zip: true })
    const url = `${served.url}/films/?zip`
    const whole = Buffer.from(await (await fetch(url)).arrayBuffer())
    const head = await fetch(url, { method: 'HEAD' })
    const etag = head.headers.get('etag') ?? ''
    expect(head.headers.get('content-length')).toBe(String(whole.length))
    const statusFor = async (headers: Record<string, string>) =>
      (await fetch(url, { headers })).status
    expect(await statusFor({ 'if-none-match': etag })).toBe(304)
    expect(await statusFor({ 'if-match': '"other"' })).toBe(412)
    expect(await statusFor({ range: `bytes=${whole.length}-` })).toBe(416)
    expect(await statusFor({ range: 'bytes=5-', 'if-range': '"other"' })).toBe(200)
    for (const [start, end] of [
      [0, 30],
      [699_000, 702_000],
      [1_000_000, 1_900_000],
      [whole.length - 400, whole.length],
      [5, whole.length],
    ] as const) {
      const headers = { range: `bytes=${start}-${end - 1}`, 'if-range': etag }
      const response = await fetch(url, { headers })
      expect(response.status).toBe(206)
      const part = Buffer.from(await response.arrayBuffer())
      expect(part.equals(whole.subarray(start, end))).toBe(true)
    }
    const several = await fetch(url, { headers: { range: 'bytes=0-9,700000-900000' } })
    expect(several.headers.get('content-type')).toMatch(/^multipart\/byteranges/)
    expect((await several.arrayBuffer()).byteLength).toBe(
      Number(several.headers.get('content-length')),
    )
  })

  it('has the digests of a file', async () => {
    await settled()
    await using served = await applicationWith({ root: folder.path, zip: true })
    const url = `${served.url}/films/?zip`
    const headers = { 'want-repr-digest': 'sha-256=9' }
    const response = await fetch(url, { headers })
    const bytes = Buffer.from(await response.arrayBuffer())
    const digest = createHash('sha256').update(bytes).digest('base64')
    expect(response.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`)
  })

  it('has an entity tag of its bytes with `etag: content`', async () => {
    await using served = await applicationWith({ root: folder.path, zip: true, etag: 'content' })
    const response = await fetch(`${served.url}/films/?zip`)
    const bytes = Buffer.from(await response.arrayBuffer())
    const digest = createHash('sha256').update(bytes).digest('base64url')
    expect(response.headers.get('etag')).toBe(`"${digest}"`)
  })

  it('sends the same bytes over HTTP/2, from another server, and without native calls', async () => {
    await settled()
    const options = { root: folder.path, zip: true }
    await using one = await applicationWith(options)
    await using other = await applicationWith({ ...options, zeroCopy: 'off' })
    const [first, second] = await Promise.all(
      [one, other].map(async ({ url }) => {
        const response = await fetch(`${url}/films/?zip`)
        const bytes = Buffer.from(await response.arrayBuffer())
        return { etag: response.headers.get('etag'), bytes }
      }),
    )
    expect(first?.etag).toBe(second?.etag)
    expect(first?.bytes.equals(second?.bytes ?? Buffer.alloc(0))).toBe(true)
  })

  it('sends a subset by its paths, in the order of names', async () => {
    await using served = await applicationWith({ root: folder.path, zip: true })
    const subset = (query: string) => fetch(`${served.url}/films/?zip&${query}`)
    expect(await namesIn(await subset('path=b.txt&path=a.mp4'))).toEqual(['a.mp4', 'b.txt'])
    const inner = `path=${encodeURIComponent('שלום')}`
    expect(await namesIn(await subset(inner))).toEqual(['שלום/映画 😀.mkv'])
    expect((await subset('path=nothing')).status).toBe(404)
    expect((await subset('path=.secret')).status).toBe(404)
    const refused = await subset('path=../other/c.txt')
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      detail: 'path: expected a path below this folder; received "../other/c.txt".',
    })
  })

  it('is a listing or an index as before where the option is off', async () => {
    await using served = await applicationWith({ root: folder.path })
    expect(await (await fetch(`${served.url}/films/?zip`)).text()).toBe('<p>index')
  })

  it('redirects a path without its slash, and ignores the query of a file', async () => {
    await using served = await applicationWith({ root: folder.path, zip: true })
    const redirect = await fetch(`${served.url}/films?zip`, { redirect: 'manual' })
    expect(redirect.headers.get('location')).toBe('/films/?zip')
    expect(await (await fetch(`${served.url}/films/b.txt?zip`)).text()).toBe('short')
    expect((await fetch(`${served.url}/nothing/?zip`)).status).toBe(404)
  })

  it.each([
    [{ maxFiles: 2 }, 'An archive may have at most 2 files; this one would have more.'],
    [{ maxBytes: 1_000 }, 'An archive may have at most 1000 bytes; this one would have more.'],
  ])('is refused with a 403 beyond %j', async (zip, detail) => {
    await using served = await applicationWith({ root: folder.path, zip })
    const response = await fetch(`${served.url}/films/?zip`)
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ detail })
  })
})

describe('An archive has only what the client may have', () => {
  it('leaves out what allowedPath refuses', async () => {
    const allowedPath = (path: string) => !path.endsWith('.mkv')
    await using served = await applicationWith({ root: folder.path, zip: true, allowedPath })
    expect(await namesIn(await fetch(`${served.url}/films/?zip`))).toEqual([
      'a.mp4',
      'b.txt',
      'empty/',
      'index.html',
    ])
  })

  it('needs a signature that covers the folder', async () => {
    const options = { root: folder.path, zip: true, access: { keys: [KEY] } }
    await using served = await applicationWith(options)
    const signed = (path: string) => {
      const url = new URL(signUrl(`${served.url}${path}`, { key: KEY, expires: '1h' }))
      return `${served.url}/films/${url.search}&zip`
    }
    expect(await namesIn(await fetch(signed('/films/')))).toContain('a.mp4')
    for (const path of ['/films/a.mp4', '/films/empty/', '/other/']) {
      expect((await fetch(signed(path))).status).toBe(403)
    }
    expect((await fetch(`${served.url}/films/?zip`)).status).toBe(403)
  })

  it('has the files with a route where `wildcard` is false', async () => {
    const options = { root: folder.path, zip: true, wildcard: false, globIgnore: ['**/*.mkv'] }
    await using served = await applicationWith(options)
    const names = await namesIn(await fetch(`${served.url}/films/?zip`))
    expect(names).toEqual(['a.mp4', 'b.txt', 'index.html'])
  })
})

/** Requests an archive and stops to read within its first member. */
async function pausedWithin(served: Application): Promise<RawClient> {
  const client = new RawClient(served.port)
  client.request('/?zip', { Connection: 'close' })
  await client.until(1_000)
  client.socket.pause()
  return client
}

describe('A member that changes during the transfer', () => {
  const changes: [string, (path: string) => void][] = [
    ['is rewritten', (path) => writeFileSync(path, pattern(5_000_000, 9))],
    ['grows', (path) => appendFileSync(path, 'more')],
    ['shrinks', (path) => writeFileSync(path, 'x')],
    [
      'is replaced',
      (path) => {
        writeFileSync(`${path}.new`, pattern(5_000_000, 9))
        renameSync(`${path}.new`, path)
      },
    ],
    ['vanishes', (path) => rmSync(path)],
  ]

  it.each(changes)(
    'and %s ends the body short, and the entity tag is another one',
    async (_how, change) => {
      for (const zeroCopy of ['off', 'auto'] as const) {
        using films = new Folder({ a: pattern(30_000_000), b: pattern(5_000_000, 3) })
        await settled()
        await using served = await applicationWith({ root: films.path, zip: true, zeroCopy })
        const before = await fetch(`${served.url}/?zip`, { method: 'HEAD' })
        using client = await pausedWithin(served)
        change(films.at('b'))
        client.socket.resume()
        const { body, ended, status } = await client.closed()
        expect([status, ended]).toEqual([200, 'fin'])
        expect(body.length).toBeLessThan(Number(before.headers.get('content-length')))
        expect(body.length).toBeGreaterThan(30_000_000)
        const { outcome } = await served.settled(1)
        expect(outcome).toBe('changed')
        const headers = {
          range: `bytes=${body.length}-`,
          'if-range': before.headers.get('etag') ?? '',
        }
        const resumed = await fetch(`${served.url}/?zip`, { headers })
        expect(resumed.status).toBe(200)
        await resumed.body?.cancel()
      }
    },
  )
})

it('An archive over HTTP/2 has the bytes of the one over HTTP/1.1', async () => {
  const app = Fastify({ http2: true }) as unknown as FastifyInstance
  await app.register(lastbyte, { root: folder.path, zip: true })
  await using served = await new Application(app, []).listen()
  const session = connect(served.url)
  const stream = session.request({ ':path': '/films/?zip' })
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  session.close()
  expect(readZip(Buffer.concat(chunks)).map(({ name }) => name)).toContain('a.mp4')
})
