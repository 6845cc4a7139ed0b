import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { MemorySource } from '../fixture/memory-source.js'

interface Scene extends LastbyteOptions {
  readonly scope?: string
  readonly router?: object
  readonly setUp?: (app: FastifyInstance) => unknown
}

async function respond({ scope, router = {}, setUp, ...options }: Scene, url: string) {
  const app = Fastify({ routerOptions: router }) as unknown as FastifyInstance
  const source = new MemorySource({ 'index.html': 'index', f: 'f' })
  const register = async (into: FastifyInstance) => {
    await into.register(lastbyte, { source, ...options })
    await setUp?.(into)
  }
  if (scope === undefined) await register(app)
  else await app.register(register, { prefix: scope })
  const headers = { host: 'localhost' }
  const { statusCode, headers: fields, body } = await app.inject({ url, headers })
  await app.close()
  return { status: statusCode, location: fields.location, text: body }
}

const SCENES: readonly [string, Scene, string][] = [
  ['a prefix', { prefix: '/files' }, '/files'],
  ['a prefix with a slash', { prefix: '/files/' }, '/files'],
  ['two segments', { prefix: '/a/b' }, '/a/b'],
  ['a colon', { prefix: '/a::b' }, '/a:b'],
  ['a dot', { prefix: '/.hidden' }, '/.hidden'],
  ['a name that is not ASCII', { prefix: '/é' }, '/%C3%A9'],
  ['a parameter', { prefix: '/of/:tenant' }, '/of/me'],
  ['a parameter before a name', { prefix: '/of/:tenant/files' }, '/of/me/files'],
  ['a scope', { scope: '/v1' }, '/v1'],
  ['a scope with a slash', { scope: '/v1/' }, '/v1'],
  ['a scope with a parameter', { scope: '/of/:tenant' }, '/of/me'],
  ['a scope and a prefix', { scope: '/v1/', prefix: '/files' }, '/v1/files'],
  ['constraints', { prefix: '/files', constraints: { host: 'localhost' } }, '/files'],
  ['wildcard: false', { prefix: '/files', wildcard: false }, '/files'],
  ['wildcard: false in a scope', { scope: '/v1', wildcard: false }, '/v1'],
]

describe('The prefix without its slash', () => {
  it.each(SCENES)('is redirected with its query for %s', async (_what, scene, url) => {
    const { status, location } = await respond(scene, `${url}?a=/b`)
    expect([status, location]).toEqual([301, `${url}/?a=/b`])
    expect(await respond(scene, `${url}/`)).toMatchObject({ status: 200, text: 'index' })
    expect(await respond(scene, `${url}/f`)).toMatchObject({ status: 200, text: 'f' })
  })

  it.each(SCENES)(
    'is redirected for %s where the router ignores trailing slashes',
    async (_what, scene, url) => {
      const ignoring = { ...scene, router: { ignoreTrailingSlash: true } }
      expect((await respond(ignoring, `${url}?a`)).location).toBe(`${url}/?a`)
      expect(await respond(ignoring, `${url}/`)).toMatchObject({ status: 200, text: 'index' })
    },
  )

  it('is redirected in any case where the router ignores case', async () => {
    const router = { caseSensitive: false }
    expect((await respond({ prefix: '/files', router }, '/FILES')).location).toBe('/FILES/')
    const both = { ...router, ignoreTrailingSlash: true }
    expect((await respond({ prefix: '/files', router: both }, '/FILES')).location).toBe('/FILES/')
    expect((await respond({ prefix: '/files', router: both }, '/FILES/')).text).toBe('index')
  })

  // A scope with a slash can't have a route without it.
  it.each(SCENES.filter(([, { scope, prefix }]) => prefix !== undefined || !scope?.endsWith('/')))(
    'belongs to a later route of the application for %s',
    async (_what, scene, url) => {
      const { scope, prefix = '' } = scene
      const path = scope === undefined ? prefix.replace(/\/$/, '') : prefix
      const setUp = (app: FastifyInstance) =>
        app.get(path, scene.constraints ? { constraints: scene.constraints } : {}, () => 'own')
      expect(await respond({ ...scene, setUp }, url)).toMatchObject({ status: 200, text: 'own' })
    },
  )

  it('precedes a route of the application that matches everything', async () => {
    for (const path of ['/*', '/:page', '*', '/:page(^.+$)']) {
      const setUp = (app: FastifyInstance) => app.get(path, () => 'own')
      const sent = await respond({ prefix: '/files', setUp }, '/files')
      expect(sent.location, path).toBe('/files/')
      expect((await respond({ prefix: '/files', setUp }, '/file')).text).toBe('own')
    }
  })

  it('leaves long paths of the application a 404, not a 414', async () => {
    const long = 'n'.repeat(500)
    for (const scene of [{ prefix: '/files' }, { scope: '/v1' }, { scope: '/v1/' }]) {
      expect((await respond(scene, `/${long}`)).status).toBe(404)
    }
  })

  it('is left to the application for redirect: false', async () => {
    const scene = { prefix: '/files', redirect: false }
    expect((await respond(scene, '/files')).status).toBe(404)
    const router = { ignoreTrailingSlash: true }
    for (const url of ['/files', '/files/']) {
      expect(await respond({ ...scene, router }, url)).toMatchObject({ status: 200, text: 'index' })
    }
  })

  it('is redirected for each of two registrations', async () => {
    const source = new MemorySource({ f: 'f' })
    const setUp = (app: FastifyInstance) => app.register(lastbyte, { source, prefix: '/filed' })
    expect((await respond({ prefix: '/files', setUp }, '/files')).location).toBe('/files/')
    expect((await respond({ prefix: '/files', setUp }, '/filed')).location).toBe('/filed/')
  })
})
