import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import lastbyte from '../../../src/plugin/plugin.js'

const TOKEN = { authorization: 'Bearer secret' }
const RANGE = { range: 'bytes=0-9' }
const HTML = { accept: 'text/html' }
const pages = { transfers: { token: 'secret' } }

describe('the page of the transfers in an application', () => {
  it('is below the prefix of its registration and of the scope, with the files that it loads', async () => {
    const app = Fastify()
    await app.register(
      async (scope) => scope.register(lastbyte, { root: 'media', prefix: '/films', pages }),
      { prefix: '/v1' },
    )
    const url = '/v1/films/-/transfers'
    expect((await app.inject(url)).statusCode).toBe(401)
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    await (await fetch(`${origin}/v1/films/clip.mp4`, { headers: RANGE })).arrayBuffer()
    const finished = async () => (await app.inject({ url, headers: TOKEN })).json().finished
    await expect.poll(finished).toMatchObject([{ path: '/v1/films/clip.mp4', bytes: 10 }])
    const page = await app.inject({ url, headers: HTML })
    const [, style] = /href="(assets\/lastbyte\.css)"/.exec(page.body) ?? []
    expect((await app.inject(`/v1/films/-/${style}`)).statusCode).toBe(200)
    await app.close()
  })

  it('is not there unless the application wants it', async () => {
    const app = Fastify()
    await app.register(lastbyte, { root: 'media', pages: true })
    expect((await app.inject({ url: '/-/transfers', headers: TOKEN })).statusCode).toBe(404)
    expect(app.transfers.needsPeers).toBe(false)
    await app.close()
  })

  it('shows the transfers of all registrations, each with a page of its own', async () => {
    const app = Fastify()
    await app.register(lastbyte, { root: 'media', prefix: '/a', pages })
    await app.register(lastbyte, { root: 'media', prefix: '/b', pages, decorateReply: false })
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    await (await fetch(`${origin}/a/clip.mp4`, { headers: RANGE })).arrayBuffer()
    const finished = async () =>
      (await app.inject({ url: '/b/-/transfers', headers: TOKEN })).json().finished
    await expect.poll(finished).toHaveLength(1)
    await app.close()
  })

  it('has the constraints of its registration, so that two of them may share a prefix', async () => {
    const app = Fastify()
    for (const [host, token] of [
      ['one.example', 'first'],
      ['two.example', 'second'],
    ] as const) {
      const own = { transfers: { token } }
      await app.register(lastbyte, { root: 'media', constraints: { host }, pages: own })
    }
    const statusFor = async (host: string, token: string) => {
      const headers = { host, authorization: `Bearer ${token}` }
      return (await app.inject({ url: '/-/transfers', headers })).statusCode
    }
    expect(await statusFor('one.example', 'first')).toBe(200)
    expect(await statusFor('two.example', 'first')).toBe(401)
    expect(await statusFor('other.example', 'first')).toBe(404)
    await app.close()
  })

  it.each(['GET', 'DELETE'] as const)(
    'heeds hooks that the scope gets later, for %s',
    async (method) => {
      const app = Fastify()
      await app.register(lastbyte, { root: 'media', pages })
      app.addHook('onRequest', async (_request, reply) => reply.code(403).send('no'))
      const url = method === 'GET' ? '/-/transfers' : '/-/transfers/1'
      const { statusCode, body } = await app.inject({ method, url, headers: TOKEN })
      expect([statusCode, body]).toEqual([403, 'no'])
      await app.close()
    },
  )
})
