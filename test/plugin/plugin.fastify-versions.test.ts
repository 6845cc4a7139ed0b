import { readFileSync } from 'node:fs'
import cors from '@fastify/cors'
import type { FastifyInstance, fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import { rootInstance } from '../../src/request/fastify-internals.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

/** Each supported minor version: the newest as `fastify`, the others as aliases in package.json. */
const { devDependencies } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)
const ALIASES = Object.keys(devDependencies).filter((name) => name.startsWith('fastify-5.'))

const FILES = { f: 'file f', 'index.html': 'index', 'dir/index.html': 'dir', 'plus+.txt': 'plus' }

describe.each(['fastify', ...ALIASES])('With %s', (name) => {
  const create = async (options = {}): Promise<FastifyInstance> => {
    const { default: Fastify } = (await import(name)) as { default: typeof fastify }
    return Fastify(options) as unknown as FastifyInstance
  }

  /** Registers and listens; the results of requests, as they are on the wire. */
  const results = async (
    app: FastifyInstance,
    register: (app: FastifyInstance, root: string) => unknown,
    requests: readonly string[],
  ): Promise<string[]> => {
    using folder = new Folder(FILES)
    await register(app, folder.path)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as { port: number }
    const found: string[] = []
    for (const request of requests) {
      const [method, target = ''] = request.split(' ')
      using client = new RawClient(port)
      client.request(target, { Connection: 'close' }, method)
      const { status, fields, body } = await client.closed()
      found.push(`${status} ${fields.location ?? (status === 200 ? body.toString() : '')}`.trim())
    }
    await app.close()
    return found
  }

  it('a scope with a slash, the redirect of a prefix and other methods work', async () => {
    const register = async (app: FastifyInstance, root: string) => {
      await app.register(async (scope) => void (await scope.register(lastbyte, { root })), {
        prefix: '/v1/',
      })
      await app.register(lastbyte, { root, prefix: '/files' })
      app.get('/*', () => 'rest')
    }
    const requests = ['GET /v1/f', 'GET /v1?a', 'GET /files?a', 'GET /files/dir', 'POST /files/f']
    expect(await results(await create(), register, requests)).toEqual([
      '200 file f',
      '301 /v1/?a',
      '301 /files/?a',
      '301 /files/dir/',
      '405',
    ])
  })

  it('@fastify/cors and routes for other methods can be added later', async () => {
    const register = async (app: FastifyInstance, root: string) => {
      await app.register(lastbyte, { root })
      await app.register(cors, { strictPreflight: false })
      app.post('/*', () => 'own')
    }
    const requests = ['OPTIONS /f', 'POST /f', 'PUT /f', 'PUT /none', 'GET /f']
    expect(await results(await create(), register, requests)).toEqual([
      '204',
      '200 own',
      '405',
      '404',
      '200 file f',
    ])
  })

  it('the whole target is judged', async () => {
    const register = (app: FastifyInstance, root: string) =>
      app.register(lastbyte, { root, prefix: '/app/:version' })
    const requests = ['/app/../f', '/app/%2e%2e/f', '/app/./f', '/app//f', '/app/1/f', '/app/1']
    const targets = requests.map((target) => `GET ${target}`)
    expect(await results(await create(), register, targets)).toEqual([
      '400',
      '400',
      '301 /app/f',
      '404',
      '200 file f',
      '301 /app/1/',
    ])
  })

  it('wildcard: false finds encoded names, and leaves the rest to the application', async () => {
    const register = async (app: FastifyInstance, root: string) => {
      await app.register(lastbyte, { root, wildcard: false })
      app.get('/*', () => 'rest')
    }
    const requests = ['/plus+.txt', '/plus%2B.txt', '/dir', '/dir/', '/', '/none']
    const targets = requests.map((target) => `GET ${target}`)
    expect(await results(await create(), register, targets)).toEqual([
      '200 plus',
      '200 plus',
      '301 /dir/',
      '200 dir',
      '200 index',
      '200 rest',
    ])
  })

  it('the options of the router are followed', async () => {
    const app = await create({
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      caseSensitive: false,
      useSemicolonDelimiter: true,
    })
    const register = (app: FastifyInstance, root: string) =>
      app.register(lastbyte, { root, prefix: '/files' })
    const requests = [
      'GET //files//f',
      'GET /FILES/f;v',
      'GET /files/',
      'GET /files',
      'GET /files//../f',
    ]
    expect(await results(app, register, requests)).toEqual([
      '200 file f',
      '200 file f',
      '200 index',
      '301 /files/',
      '400',
    ])
  })

  it('rootInstance of a scope in a scope is the application', async () => {
    const app = await create()
    let found: unknown
    await app.register(async (outer) => {
      await outer.register(async (inner) => {
        found = rootInstance(inner)
      })
    })
    expect(found === app || rootInstance(app) === found).toBe(true)
    expect(rootInstance(app)).toBe(found)
    await app.close()
  })
})
