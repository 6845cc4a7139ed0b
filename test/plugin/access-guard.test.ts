import { connect } from 'node:net'
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import lastbyte, { signUrl } from '../../src/index.js'
import { basic, bearer, KEY, tokenLine, userLine } from '../fixture/access.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

const users = [await userLine('ann', 'secret')]
const access = { users, tokens: [tokenLine('ci', 'tok')], keys: [KEY] }
const FILES = {
  'film.mp4': 'film',
  'film.en.vtt': 'WEBVTT',
  'd/a.ts': 'a',
  'd/list.m3u8': '#EXTM3U',
}
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const sign = (url: string, more = {}) => signUrl(url, { key: KEY, expires: '1h', ...more })
const send = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url, { method, headers, redirect: 'manual' })

describe('The option access', () => {
  it.each([true, false])(
    'refuses the same for files that exist or not, with wildcard %s',
    async (wildcard) => {
      using folder = new Folder(FILES)
      await using served = await applicationWith({
        root: folder.path,
        prefix: '/p/',
        list: true,
        pages: true,
        wildcard,
        access,
      })
      const paths = [
        'film.mp4',
        'none',
        'd',
        'd/',
        '',
        '-/watch/film.mp4',
        '-/watch/none',
        '-/none',
      ]
      for (const method of METHODS) {
        const seen = new Set<string>()
        for (const path of paths) {
          const response = await send(`${served.url}/p/${path}`, {}, method)
          const fields = ['www-authenticate', 'cache-control', 'allow', 'content-type']
          const text = await response.text()
          seen.add(
            JSON.stringify([
              response.status,
              text,
              fields.map((name) => response.headers.get(name)),
            ]),
          )
        }
        expect([...seen], method).toHaveLength(1)
        expect([...seen][0], method).toContain('401')
        expect([...seen][0], method).toContain('no-store')
      }
    },
  )

  it('sends files to those who have a password, a token or a signature, for one client alone', async () => {
    using folder = new Folder(FILES)
    await using served = await applicationWith({ root: folder.path, access })
    for (const headers of [basic('ann', 'secret'), bearer('tok')]) {
      const response = await send(`${served.url}/film.mp4`, headers)
      expect(await response.text()).toBe('film')
      expect(response.headers.get('cache-control')).toBe('private, max-age=0')
      expect((await send(`${served.url}/none`, headers)).status).toBe(404)
      expect((await send(`${served.url}/film.mp4`, headers, 'POST')).status).toBe(405)
    }
    const signed = await send(sign(`${served.url}/film.mp4`))
    expect(await signed.text()).toBe('film')
    expect(signed.headers.get('set-cookie')).toBeNull()
    expect((await send(sign(`${served.url}/film.mp4`), {}, 'DELETE')).status).toBe(403)
  })

  it('is never more permissive than the file that is sent', async () => {
    using folder = new Folder({ ...FILES, 'd/x': 'x' })
    await using served = await applicationWith({ root: folder.path, access })
    const query = new URL(sign(`${served.url}/film.mp4`)).search
    const { port } = served
    for (const [path, status] of [
      ['/film.mp4', 200],
      ['/%66ilm.mp4', 200],
      ['/./film.mp4', 301],
      ['//film.mp4', 403],
      ['/d/../film.mp4', 403],
      ['/film.mp4/', 403],
      ['/FILM.mp4', 403],
      ['/film.mp4%00', 403],
    ] as const) {
      expect([path, await statusOf(port, path + query)]).toEqual([path, status])
    }
  })

  it('sets cookies for a page and for a folder, so that what they load is permitted', async () => {
    using folder = new Folder(FILES)
    await using served = await applicationWith({ root: folder.path, pages: true, access })
    const { search } = new URL(sign(`${served.url}/film.mp4`))
    const page = await send(`${served.url}/-/watch/film.mp4${search}`)
    expect(page.status).toBe(200)
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    const text = await page.text()
    expect(text).toContain('film.en.vtt')
    expect(text).not.toMatch(/All files|Its folder/)
    const [set = ''] = page.headers.getSetCookie()
    expect(set).toMatch(/; Path=\/; Max-Age=3\d\d\d; HttpOnly; SameSite=Lax$/)
    const cookie = set.split(';')[0] ?? ''
    expect(await (await send(`${served.url}/film.mp4`, { cookie })).text()).toBe('film')
    expect((await send(`${served.url}/film.en.vtt`, { cookie })).status).toBe(200)
    expect((await send(`${served.url}/d/a.ts`, { cookie })).status).toBe(401)

    const list = await send(sign(`${served.url}/d/list.m3u8`, { scope: '/d/' }))
    expect(await list.text()).toBe('#EXTM3U')
    const cookies = list.headers.getSetCookie()
    expect(cookies.map((each) => /Path=([^;]*)/.exec(each)?.[1])).toEqual([
      '/d/',
      '/-/watch/d/',
      '/-/subtitles/d/',
      '/-/posters/d/',
    ])
    const own = { cookie: cookies[0]?.split(';')[0] ?? '' }
    expect(await (await send(`${served.url}/d/a.ts`, own)).text()).toBe('a')
    expect((await send(`${served.url}/film.mp4`, own)).status).toBe(401)
  })

  it('sets cookies that a browser sends to what a listing and its pages link', async () => {
    using folder = new Folder({ 'a & b/film.mp4': 'film', 'a & b/c/d.ts': 'd' })
    const options = { root: folder.path, pages: true, list: true, access }
    await using served = await applicationWith(options)
    const url = sign(`${served.url}/a%20&%20b/`)
    const list = await send(url)
    const paths = list.headers.getSetCookie().map((each) => /Path=([^;]*)/.exec(each)?.[1])
    const hrefs = (await list.text()).matchAll(/href="([^"]*\/?(?:film\.mp4|c\/))"/g)
    const linked = [...hrefs].map(([, href = '']) => new URL(href, url).pathname)
    expect(new Set(linked)).toEqual(
      new Set(['/a%20&%20b/film.mp4', '/-/watch/a%20%26%20b/film.mp4', '/a%20&%20b/c/']),
    )
    for (const path of linked) {
      expect([path, paths.some((each = '/none') => path.startsWith(each))]).toEqual([path, true])
    }
  })

  it('requires the version that a signature names', async () => {
    using folder = new Folder(FILES)
    await using served = await applicationWith({ root: folder.path, access })
    const etag = (await send(`${served.url}/film.mp4`, bearer('tok'))).headers.get('etag') ?? ''
    const now = sign(`${served.url}/film.mp4`, { version: etag })
    const other = sign(`${served.url}/film.mp4`, { version: '"other"' })
    expect((await send(now)).status).toBe(200)
    expect((await send(now, { 'if-match': `"a", ${etag}` })).status).toBe(200)
    expect((await send(now, { 'if-match': '*', range: 'bytes=0-0' })).status).toBe(206)
    expect((await send(now, { 'if-match': '"a"' })).status).toBe(412)
    expect((await send(other)).status).toBe(412)
    expect((await send(other, { 'if-match': etag })).status).toBe(412)
  })

  it('judges by the innermost registration, whatever exists in an outer one', async () => {
    using folder = new Folder({ 'inner/a': 'outer', a: 'outer' })
    using inner = new Folder({ a: 'inner' })
    const guarded = { tokens: [tokenLine('inner', 'in')] }
    const outer = { tokens: [tokenLine('outer', 'out')] }
    for (const first of ['inner', 'outer']) {
      const app = Fastify()
      const add = {
        inner: () =>
          app.register(lastbyte, { root: inner.path, prefix: '/inner/', access: guarded }),
        outer: () => app.register(lastbyte, { root: folder.path, access: outer }),
      }
      const order = first === 'inner' ? [add.inner, add.outer] : [add.outer, add.inner]
      for (const register of order) await register()
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      for (const method of METHODS) {
        for (const path of ['inner/a', 'inner/none']) {
          expect((await send(`${url}/${path}`, bearer('out'), method)).status, method).toBe(401)
        }
      }
      expect(await (await send(`${url}/inner/a`, bearer('in'))).text()).toBe('inner')
      expect(await (await send(`${url}/a`, bearer('out'))).text()).toBe('outer')
      expect((await send(`${url}/a`, bearer('in'))).status).toBe(401)
      await app.close()
    }
  })

  it.each(['before', 'after'])(
    'lets preflights pass where @fastify/cors was registered %s it',
    async (when) => {
      using folder = new Folder(FILES)
      const app = Fastify()
      const origin = 'https://play.example'
      if (when === 'before') await app.register(cors, { origin })
      await app.register(lastbyte, { root: folder.path, access })
      if (when === 'after') await app.register(cors, { origin })
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      const preflight = { origin, 'access-control-request-method': 'GET' }
      for (const path of ['film.mp4', 'none']) {
        const response = await send(`${url}/${path}`, preflight, 'OPTIONS')
        expect(response.status).toBe(204)
        const refused = await send(`${url}/${path}`, { origin })
        expect(refused.status).toBe(401)
        expect(refused.headers.get('access-control-allow-origin')).toBe(origin)
      }
      await app.close()
    },
  )

  it('counts refused requests for @fastify/rate-limit', async () => {
    using folder = new Folder(FILES)
    const app = Fastify()
    await app.register(rateLimit, { max: 2 })
    await app.register(lastbyte, { root: folder.path, access })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const statuses = []
    for (let n = 0; n < 3; n += 1) {
      statuses.push((await send(`${url}/film.mp4`, basic('ann', `${n}`))).status)
    }
    expect(statuses).toEqual([401, 401, 429])
    await app.close()
  })

  it('leaves other routes of the application alone', async () => {
    using folder = new Folder(FILES)
    await using served = await applicationWith(
      { root: folder.path, prefix: '/p/', access },
      (app) => {
        app.get('/other', async () => 'other')
      },
    )
    expect(await (await send(`${served.url}/other`)).text()).toBe('other')
    expect((await send(`${served.url}/none`)).status).toBe(404)
  })
})

/** The status of a request whose path no client has changed. */
async function statusOf(port: number, target: string): Promise<number> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${target} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n`)
  let head = ''
  for await (const chunk of socket) head += chunk
  return Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1])
}
