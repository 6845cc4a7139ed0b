import { connect } from 'node:http2'
import Fastify from 'fastify'
import { expect, it } from 'vitest'
import lastbyte, { signUrl, upstreamSource } from '../../src/index.js'
import { basic, bearer, KEY, tokenLine, userLine } from '../fixture/access.js'
import { applicationWith, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { ScriptedServer } from '../fixture/scripted-server.js'
import { tls } from '../fixture/tls.js'

const sign = (url: string) => signUrl(url, { key: KEY, expires: '1h' })

it('Credentials and signatures are not forwarded to an origin, and further parameters are refused', async () => {
  await using origin = await ScriptedServer.start((_request, response) => {
    response.writeHead(200, { 'content-length': 2, etag: '"v1"' }).end('ok')
  })
  const users = [await userLine('ann', 'secret')]
  const access = { users, keys: [KEY], public: ['free'] }
  const source = upstreamSource({ origin: origin.url, forward: 'all' })
  await using served = await applicationWith({ source, access })
  const headers = {
    cookie: 'a=b; lb-access-1=x',
    'X-Original-URL': '/other',
    ...basic('ann', 'secret'),
  }
  const signed = await fetch(sign(`${served.url}/d/f`), { headers })
  expect(await signed.text()).toBe('ok')
  const known = await fetch(`${served.url}/d/f?v=1`, { headers: basic('ann', 'secret') })
  expect(await known.text()).toBe('ok')
  expect(await (await fetch(`${served.url}/free`, { headers })).text()).toBe('ok')
  const further = await fetch(`${sign(`${served.url}/d/f`)}&file=other`)
  expect(further.status).toBe(403)
  expect((await fetch(`${served.url}/d/f`)).status).toBe(401)
  expect((await fetch(`${served.url}/d%2ff${new URL(sign('http://h/d/f')).search}`)).status).toBe(
    403,
  )
  expect(origin.requests.map(({ url }) => url)).toEqual(['/d/f', '/d/f?v=1', '/free'])
  const forwarded = JSON.stringify(origin.requests.map(({ rawHeaders }) => rawHeaders))
  expect(forwarded).not.toMatch(/authorization|lb-access|lb-signature|x-original/i)
})

it('A signature counts in HTTP/2 as well, and its cookies are for TLS alone', async () => {
  using folder = new Folder({ 'film.mp4': 'film' })
  const files = { root: folder.path, pages: true, access: { keys: [KEY] } }
  await using served = await serverWith(files, { tls })
  const session = connect(`https://127.0.0.1:${served.port}`, { rejectUnauthorized: false })
  const get = (path: string) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const request = session.request({ ':path': path })
      request.on('response', resolve).on('error', reject).resume()
    })
  const { search } = new URL(sign('https://h/film.mp4'))
  expect((await get('/film.mp4'))[':status']).toBe(403)
  expect((await get(`/film.mp4${search}`))[':status']).toBe(200)
  const page = await get(`/-/watch/film.mp4${search}`)
  expect(page[':status']).toBe(200)
  expect(String(page['set-cookie'])).toMatch(/; HttpOnly; SameSite=Lax; Secure$/)
  session.close()
})

it('Registrations with the same prefix for two hosts have users of their own', async () => {
  using folder = new Folder({ a: 'a' })
  const app = Fastify()
  for (const host of ['one.test', 'two.test']) {
    const access = { tokens: [tokenLine(host, host)] }
    await app.register(lastbyte, { root: folder.path, constraints: { host }, access })
  }
  const status = async (host: string, token: string) => {
    const headers = { host, ...bearer(token) }
    return (await app.inject({ url: '/a', headers })).statusCode
  }
  expect(await status('one.test', 'one.test')).toBe(200)
  expect(await status('two.test', 'two.test')).toBe(200)
  expect(await status('two.test', 'one.test')).toBe(401)
  await app.close()
})
