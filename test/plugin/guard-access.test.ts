import { rmSync, writeFileSync } from 'node:fs'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { adminRoutes } from '../../src/admin/routes.js'
import { transferRoutes } from '../../src/admin/transfers/transfer-routes.js'
import lastbyte, { signUrl } from '../../src/index.js'
import { basic, bearer, KEY, tokenLine, userLine } from '../fixture/access.js'
import { applicationWith, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

const status = async (url: string, headers: Record<string, string> = {}) =>
  (await fetch(url, { headers })).status

describe('A server with access', () => {
  it('needs it for files, pages, metrics and transfers, and not for health and styles', async () => {
    using folder = new Folder({ 'film.mp4': 'film' })
    const access = { tokens: [tokenLine('ci', 'tok')], keys: [KEY] }
    for (const prefix of ['/', '/films/']) {
      const files = { root: folder.path, prefix, pages: true, list: true, access }
      await using served = await serverWith(files, {}, async (app) => {
        await adminRoutes(app)
        await transferRoutes(app, { token: 'admin', access: 'token' })
      })
      const { url } = served
      const own = `${url}${prefix}`
      const html = { accept: 'text/html' }
      const guarded = [
        `${own}film.mp4`,
        own,
        `${own}-/watch/film.mp4`,
        `${url}/-/metrics`,
        `${url}/none`,
      ]
      for (const each of guarded) expect(await status(each), each).toBe(401)
      expect(await status(`${url}/-/transfers`, html)).toBe(401)
      for (const each of [`${url}/-/healthz`, `${url}/-/readyz`, `${own}-/assets/lastbyte.css`]) {
        expect(await status(each), each).toBe(200)
      }
      const known = guarded.slice(0, 4)
      for (const each of known) expect(await status(each, bearer('tok')), each).toBe(200)
      expect(await status(`${url}/-/transfers`, bearer('admin'))).toBe(200)
      expect(await status(`${url}/-/metrics`, bearer('admin'))).toBe(401)
      expect(await status(signUrl(`${url}/-/metrics`, { key: KEY, expires: '1h' }))).toBe(403)
    }
  })

  it('shows the page of transfers to a browser with a password', async () => {
    using folder = new Folder({ a: 'a' })
    const users = [await userLine('ann', 'secret')]
    await using served = await serverWith({ root: folder.path, access: { users } }, {}, (app) =>
      transferRoutes(app, { token: 'admin', access: 'token' }),
    )
    const headers = { ...basic('ann', 'secret'), accept: 'text/html' }
    expect(await status(`${served.url}/-/transfers`, headers)).toBe(200)
    const json = { ...basic('ann', 'secret'), accept: 'application/json' }
    expect(await status(`${served.url}/-/transfers`, json)).toBe(401)
  })

  it('keeps secrets out of its log', async () => {
    using folder = new Folder({ 'film.mp4': 'film' })
    const access = { tokens: [tokenLine('ci', 'tok')], keys: [KEY] }
    await using served = await serverWith({ root: folder.path, pages: true, access })
    const signed = signUrl(`${served.url}/film.mp4`, { key: KEY, expires: '1h' })
    await status(signed)
    await status(signed.replace('film.mp4', 'none'), bearer('very-secret'))
    await status(signed.replace('/film.mp4', '/-/watch/film.mp4'), bearer('tok'))
    await served.settled()
    expect(JSON.stringify([served.log, served.records])).not.toMatch(
      /lb-signature|very-secret|tok"/,
    )
  })

  it('follows a file of tokens, and keeps its entries where it is broken or deleted', async () => {
    using folder = new Folder({ a: 'a' })
    using secrets = new Folder({ tokens: tokenLine('one', 'one') })
    const tokens = `${secrets.path}/tokens`
    await using served = await applicationWith({ root: folder.path, access: { tokens } })
    const until = async (token: string, want: number) => {
      while ((await status(`${served.url}/a`, bearer(token))) !== want);
    }
    await until('one', 200)
    writeFileSync(tokens, tokenLine('two', 'two'))
    await until('two', 200)
    expect(await status(`${served.url}/a`, bearer('one'))).toBe(401)
    writeFileSync(tokens, `${tokenLine('one', 'one')}\nbroken`)
    const isLogged = () => served.log.some(({ line, file }) => line === 2 && file === tokens)
    while (!isLogged()) expect(await status(`${served.url}/a`, bearer('two'))).toBe(200)
    rmSync(tokens)
    expect(await status(`${served.url}/a`, bearer('two'))).toBe(200)
    writeFileSync(tokens, '')
    await until('two', 401)
  })

  it('refuses to start with a file that is broken', async () => {
    using secrets = new Folder({ users: 'ann:secret' })
    const app = Fastify()
    const access = { users: `${secrets.path}/users` }
    await expect(app.register(lastbyte, { root: 'media', access })).rejects.toThrow(
      /line 1: expected/,
    )
  })
})
