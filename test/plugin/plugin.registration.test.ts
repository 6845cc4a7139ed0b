import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import cors from '@fastify/cors'
import httpProxy from '@fastify/http-proxy'
import Fastify, { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

const FILES = {
  f: 'file f',
  'index.html': 'index of the root',
  'dir/index.html': 'index of dir',
  'dir/index.htm': 'other index of dir',
  'bare/f': 'file bare/f',
  'plus+.txt': 'plus',
  'plus%2B.txt': 'literal plus',
  'a b/ü 100%.txt': 'encoded',
}

let folder: Folder
beforeAll(() => {
  folder = new Folder(FILES)
})
afterAll(() => folder[Symbol.dispose]())

interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

type Ask = (target: string, init?: RequestInit) => Promise<Answer>

/** Listens with an application, and sends requests to it. */
async function serving(app: FastifyInstance, use: (ask: Ask) => Promise<void>): Promise<void> {
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  try {
    await use(async (target, init = {}) => {
      const response = await fetch(url + target, { redirect: 'manual', ...init })
      const { status, headers } = response
      return { status, headers, text: await response.text() }
    })
  } finally {
    await app.close()
  }
}

type Step = (app: FastifyInstance) => unknown

const files: Step = (app) => app.register(lastbyte, { root: folder.path })

/** An application to which these steps have been applied in order, each as far as it goes. */
async function applicationOf(steps: readonly Step[], options = {}): Promise<FastifyInstance> {
  const app = Fastify(options) as unknown as FastifyInstance
  for (const step of steps) await step(app)
  return app
}

/** The same steps in each order, and without waiting for one before the next. */
async function inEachOrder(
  steps: readonly [Step, Step],
  use: (ask: Ask, order: string) => Promise<void>,
): Promise<void> {
  const [first, second] = steps
  await serving(await applicationOf([first, second]), (ask) => use(ask, 'in order'))
  await serving(await applicationOf([second, first]), (ask) => use(ask, 'reversed'))
  const both: Step = (app) => {
    first(app)
    second(app)
  }
  await serving(await applicationOf([both]), (ask) => use(ask, 'not awaited'))
}

describe('In one application with lastbyte', () => {
  it('@fastify/cors responds to preflights and adds its fields to files', async () => {
    const policy = { origin: 'https://site.example' }
    for (const strictPreflight of [true, false]) {
      const added: Step = (app) => app.register(cors, { ...policy, strictPreflight })
      await inEachOrder([files, added], async (ask, order) => {
        const headers = { origin: policy.origin, 'access-control-request-method': 'GET' }
        const preflight = await ask('/f', { method: 'OPTIONS', headers })
        expect(preflight.status, order).toBe(204)
        expect(preflight.headers.get('access-control-allow-origin')).toBe(policy.origin)
        const { status, text, headers: sent } = await ask('/f', { headers })
        expect([status, text]).toEqual([200, 'file f'])
        expect(sent.get('access-control-allow-origin')).toBe(policy.origin)
        expect((await ask('/f', { method: 'DELETE' })).status).toBe(405)
      })
    }
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    'a route %s /* of the application gets these requests',
    async (method) => {
      const route: Step = (app) => app.route({ method, url: '/*', handler: () => 'application' })
      await inEachOrder([files, route], async (ask, order) => {
        expect((await ask('/f', { method })).text, order).toBe('application')
        expect((await ask('/f')).text, order).toBe('file f')
        const other = method === 'PUT' ? 'PATCH' : 'PUT'
        expect((await ask('/f', { method: other })).status).toBe(405)
      })
    },
  )

  it('@fastify/http-proxy at / forwards the other methods', async () => {
    await using upstream = await applicationWith({ serve: false }, (app) => {
      app.all('/*', ({ method, url }) => `upstream ${method} ${url}`)
    })
    const options = { upstream: upstream.url, httpMethods: ['POST', 'PUT', 'DELETE'] }
    const proxy: Step = (app) => app.register(httpProxy, options)
    await inEachOrder([files, proxy], async (ask, order) => {
      expect((await ask('/f', { method: 'POST' })).text, order).toBe('upstream POST /f')
      expect((await ask('/f')).text, order).toBe('file f')
    })
  })

  it('@fastify/http-proxy at / forwards what is not below the prefix of the files', async () => {
    await using upstream = await applicationWith({ serve: false }, (app) => {
      app.all('/*', ({ method, url }) => `upstream ${method} ${url}`)
    })
    const proxy: Step = (app) => app.register(httpProxy, { upstream: upstream.url })
    const prefixed: Step = (app) => app.register(lastbyte, { root: folder.path, prefix: '/files' })
    await inEachOrder([prefixed, proxy], async (ask, order) => {
      expect((await ask('/files/f')).text, order).toBe('file f')
      expect((await ask('/f')).text, order).toBe('upstream GET /f')
      expect((await ask('/files?a=b')).headers.get('location'), order).toBe('/files/?a=b')
    })
  })

  it('@fastify/http-proxy at / forwards what is no file with wildcard: false', async () => {
    await using upstream = await applicationWith({ serve: false }, (app) => {
      app.all('/*', ({ method, url }) => `upstream ${method} ${url}`)
    })
    const proxy: Step = (app) => app.register(httpProxy, { upstream: upstream.url })
    const each: Step = (app) => app.register(lastbyte, { root: folder.path, wildcard: false })
    await inEachOrder([each, proxy], async (ask, order) => {
      expect((await ask('/plus%2B.txt')).text, order).toBe('plus')
      expect((await ask('/dir/')).text, order).toBe('index of dir')
      expect((await ask('/none')).text, order).toBe('upstream GET /none')
      expect((await ask('/')).text, 'the route of the proxy').toBe('upstream GET /')
      expect((await ask('/f', { method: 'POST' })).text, order).toBe('upstream POST /f')
    })
  })
})

describe('A scope', () => {
  const inScope =
    (prefix: string, inner: Step): Step =>
    (app) =>
      app.register(async (scope) => void (await inner(scope)), { prefix })

  it.each<[string, Step, string]>([
    ['with a prefix', inScope('/v1', files), '/v1'],
    ['with a slash at the end of its prefix', inScope('/v1/', files), '/v1'],
    ['with a parameter', inScope('/of/:tenant/', files), '/of/me'],
    ['without a prefix', inScope('', files), ''],
    ['in another one', inScope('/a', inScope('/b', files)), '/a/b'],
    ['in another one, with slashes', inScope('/a/', inScope('/b/', files)), '/a/b'],
    [
      'with a slash, where the registration has a prefix too',
      inScope('/v1/', (scope) => scope.register(lastbyte, { root: folder.path, prefix: '/in/' })),
      '/v1/in',
    ],
    [
      'with a slash and wildcard: false',
      inScope('/v1/', (scope) => scope.register(lastbyte, { root: folder.path, wildcard: false })),
      '/v1',
    ],
  ])('%s serves files and folders', async (_what, step, base) => {
    for (const server of [{}, { routerOptions: { ignoreDuplicateSlashes: true } }]) {
      await serving(await applicationOf([step], server), async (ask) => {
        expect((await ask(`${base}/f`)).text).toBe('file f')
        expect((await ask(`${base}/`)).text).toBe('index of the root')
        expect((await ask(`${base}/dir/`)).text).toBe('index of dir')
        expect((await ask(`${base}/dir?a`)).headers.get('location')).toBe(`${base}/dir/?a`)
        expect((await ask(`${base}/a%20b/%C3%BC%20100%25.txt`)).text).toBe('encoded')
        if (base !== '') {
          expect((await ask(`${base}?a`)).headers.get('location')).toBe(`${base}/?a`)
        }
        expect((await ask(`${base}/none`)).status).toBe(404)
      })
    }
  })

  it('can have routes for other methods and for its prefix, added after the files', async () => {
    const step = inScope('/v1', async (scope) => {
      await scope.register(lastbyte, { root: folder.path })
      await scope.register(cors, {})
      scope.post('/*', () => 'own POST')
      scope.get('/', () => 'own GET')
    })
    await serving(await applicationOf([step]), async (ask) => {
      expect((await ask('/v1/f', { method: 'POST' })).text).toBe('own POST')
      expect((await ask('/v1')).text).toBe('own GET')
      expect((await ask('/v1/f')).text).toBe('file f')
    })
  })

  it('with hooks and a plugin that is wrapped by fastify-plugin serves files behind the hooks', async () => {
    const wrapped = fp(async (app) => void (await app.register(lastbyte, { root: folder.path })))
    const step = inScope('/v1/', async (scope) => {
      scope.addHook('onRequest', async ({ headers }, reply) => {
        if (headers.authorization === undefined) return reply.code(401).send()
      })
      await scope.register(wrapped)
    })
    await serving(await applicationOf([step]), async (ask) => {
      expect((await ask('/v1/f')).status).toBe(401)
      expect((await ask('/v1/f', { headers: { authorization: 'x' } })).text).toBe('file f')
      // The 404 of the application does not pass through the hooks of the scope, and says nothing of files.
      expect((await ask('/v1/f', { method: 'DELETE' })).status).toBe(404)
    })
  })
})

it.each([
  ['/files', '/files/f'],
  ['/files/', '/files/f'],
  ['/files//', '/files/f'],
  ['//files', '/files/f'],
  ['/', '/f'],
  ['//', '/f'],
  ['', '/f'],
  ['/a/b', '/a/b/f'],
  ['/é', '/%C3%A9/f'],
  ['/a b', '/a%20b/f'],
  ['/a::b', '/a:b/f'],
])('The prefix %j serves %s', async (prefix, url) => {
  const app = await applicationOf([(app) => app.register(lastbyte, { root: folder.path, prefix })])
  await serving(app, async (ask) => expect((await ask(url)).text).toBe('file f'))
})

it.each(['files', './files'])(
  'The prefix %j is refused when the application starts',
  async (prefix) => {
    const step: Step = (app) => app.register(lastbyte, { root: folder.path, prefix })
    await expect(applicationOf([step])).rejects.toThrow(
      'prefix: expected a path that starts with a slash',
    )
  },
)

describe('wildcard: false', () => {
  const each: Step = (app) => app.register(lastbyte, { root: folder.path, wildcard: false })
  const rest: Step = (app) => app.get('/*', () => 'application')

  it('finds names in any encoding, folders and the first of several indexes', async () => {
    const index = ['index.htm', 'index.html']
    const step: Step = (app) =>
      app.register(lastbyte, { root: folder.path, wildcard: false, index, prefix: '/p' })
    await serving(await applicationOf([step, rest]), async (ask) => {
      expect((await ask('/p/plus+.txt')).text).toBe('plus')
      expect((await ask('/p/plus%2B.txt')).text).toBe('plus')
      expect((await ask('/p/plus%2b.txt')).text).toBe('plus')
      expect((await ask('/p/plus%252B.txt')).text).toBe('literal plus')
      expect((await ask('/p/a%20b/%C3%BC%20100%25.txt')).text).toBe('encoded')
      expect((await ask('/p/dir/')).text).toBe('other index of dir')
      expect((await ask('/p/dir?a=/b')).headers.get('location')).toBe('/p/dir/?a=/b')
      expect((await ask('/p?a')).headers.get('location')).toBe('/p/?a')
      expect((await ask('/p/bare')).text).toBe('application')
      expect((await ask('/p/dir/none')).text).toBe('application')
    })
  })

  it('lists folders where the option is on', async () => {
    const step: Step = (app) =>
      app.register(lastbyte, { root: folder.path, wildcard: false, list: { format: 'json' } })
    await serving(await applicationOf([step]), async (ask) => {
      expect((await ask('/bare/')).text).toBe('{"dirs":[],"files":["f"]}')
      expect((await ask('/bare')).headers.get('location')).toBe('/bare/')
    })
  })

  it('leaves a path to the route that the application has added before', async () => {
    const own: Step = (app) => app.get('/f', () => 'own')
    await serving(await applicationOf([own, each]), async (ask) => {
      expect((await ask('/f')).text).toBe('own')
      expect((await ask('/bare/f')).text).toBe('file bare/f')
    })
  })

  it.each([
    ['caseSensitive', { caseSensitive: false }, '/F', 'file f'],
    ['ignoreTrailingSlash', { ignoreTrailingSlash: true }, '/dir/', 'index of dir'],
    ['ignoreDuplicateSlashes', { ignoreDuplicateSlashes: true }, '//bare//f', 'file bare/f'],
    ['useSemicolonDelimiter', { useSemicolonDelimiter: true }, '/f;v=1', 'file f'],
  ])('follows %s of the router', async (_name, routerOptions, target, text) => {
    await serving(await applicationOf([each], { routerOptions }), async (ask) => {
      expect((await ask(target)).text).toBe(text)
    })
  })

  it('redirects a folder without its slash, also where the router ignores it', async () => {
    const routerOptions = { ignoreTrailingSlash: true }
    await serving(await applicationOf([each], { routerOptions }), async (ask) => {
      expect((await ask('/dir')).headers.get('location')).toBe('/dir/')
    })
  })

  it('warns of names that the router can’t match', async () => {
    using long = new Folder({ [`${'n'.repeat(101)}+`]: 'long' })
    const options = { root: long.path, wildcard: false }
    await using app = await applicationWith(options)
    expect(JSON.stringify(app.log)).toContain('raise maxParamLength')
  })
})

describe('A root', () => {
  it('that is missing at the start is logged, and served once it exists', async () => {
    using parent = new Folder()
    const root = parent.at('dist')
    await using app = await applicationWith({ root, list: true })
    const warnings = app.log.filter(({ level }) => level === 40)
    expect(warnings).toEqual([
      expect.objectContaining({ root, msg: expect.stringContaining('no such folder') }),
    ])
    const get = async (path: string) => {
      const response = await fetch(app.url + path)
      return [response.status, await response.text()]
    }
    for (const path of ['/', '/f', '/dir/']) expect((await get(path))[0], path).toBe(404)
    mkdirSync(parent.at('dist'))
    writeFileSync(parent.at('dist/f'), 'built')
    expect(await get('/f')).toEqual([200, 'built'])
    expect((await get('/'))[1]).toContain('href="f"')
    rmSync(root, { recursive: true })
    expect((await get('/f'))[0]).toBe(404)
    expect((await get('/'))[0]).toBe(404)
    mkdirSync(parent.at('next'))
    writeFileSync(parent.at('next/f'), 'again')
    renameSync(parent.at('next'), root)
    expect(await get('/f')).toEqual([200, 'again'])
    symlinkSync('/etc', parent.at('dist/out'))
    expect((await get('/out/passwd'))[0]).toBe(403)
  })

  it('that is missing is not logged with suppressWarning', async () => {
    await using app = await applicationWith({ root: '/nonexistent', suppressWarning: true })
    expect(app.log.filter(({ level }) => level === 40)).toEqual([])
    expect((await fetch(`${app.url}/f`)).status).toBe(404)
  })

  it('that is a symbolic link to nothing is served once it leads to a folder', async () => {
    using parent = new Folder({ 'release/f': 'released' })
    symlinkSync('none', parent.at('current'))
    await using app = await applicationWith({ root: parent.at('current') })
    expect((await fetch(`${app.url}/f`)).status).toBe(404)
    rmSync(parent.at('current'))
    symlinkSync('release', parent.at('current'))
    expect(await (await fetch(`${app.url}/f`)).text()).toBe('released')
  })

  it('of several may be missing, and wildcard: false has no routes for it', async () => {
    using parent = new Folder({ 'second/f': 'second' })
    const root = [parent.at('first'), parent.at('second')]
    await using app = await applicationWith({ root })
    await using each = await applicationWith({ root, wildcard: false })
    for (const { url } of [app, each]) {
      expect(await (await fetch(`${url}/f`)).text()).toBe('second')
    }
    mkdirSync(parent.at('first'))
    writeFileSync(parent.at('first/f'), 'first')
    expect(await (await fetch(`${app.url}/f`)).text()).toBe('first')
  })

  it('that is no folder is refused when the application starts', async () => {
    const step: Step = (app) => app.register(lastbyte, { root: folder.at('f') })
    await expect(applicationOf([step])).rejects.toThrow(/root: expected a folder .*\(ENOTDIR\)/)
  })

  it('that is relative is that of the start, and of the call for sendFile', async () => {
    const before = process.cwd()
    const parent = dirname(folder.path)
    const name = relative(parent, folder.path)
    process.chdir(parent)
    const app = await applicationOf([
      (app) =>
        app.register(lastbyte, { root: name, allowedPath: (_path, root) => root === folder.path }),
      (app) => app.get('/sent', (_request, reply) => reply.sendFile('f', '.')),
    ])
    await serving(app, async (ask) => {
      try {
        process.chdir(folder.at('bare'))
        expect((await ask('/f')).text).toBe('file f')
        expect((await ask('/')).text).toBe('index of the root')
        expect((await ask('/sent')).status, 'another root').toBe(404)
      } finally {
        process.chdir(before)
      }
    })
  })

  it.each<[string, () => string | URL | (string | URL)[]]>([
    ['a file: URL', () => pathToFileURL(folder.path)],
    ['a path with a slash at its end', () => `${folder.path}/`],
    ['an array of paths and URLs', () => [folder.at('bare'), pathToFileURL(folder.path)]],
  ])('can be %s', async (_what, root) => {
    const app = await applicationOf([(app) => app.register(lastbyte, { root: root() })])
    await serving(app, async (ask) => {
      expect((await ask('/dir/')).text).toBe('index of dir')
      expect((await ask('/f')).text).toMatch(/^file/)
    })
  })
})

describe('Several registrations', () => {
  const first: Step = (app) => app.register(lastbyte, { root: folder.at('dir'), prefix: '/one' })
  const second: Step = (app) =>
    app.register(lastbyte, { root: folder.at('bare'), prefix: '/two', decorateReply: false })

  it('with prefixes serve their own files and redirect their own prefixes', async () => {
    await inEachOrder([first, second], async (ask, order) => {
      expect((await ask('/one/')).text, order).toBe('index of dir')
      expect((await ask('/two/f')).text, order).toBe('file bare/f')
      expect((await ask('/one')).headers.get('location'), order).toBe('/one/')
      expect((await ask('/two')).headers.get('location'), order).toBe('/two/')
      expect((await ask('/two/f', { method: 'PUT' })).status, order).toBe(405)
      expect((await ask('/three/f', { method: 'PUT' })).status, order).toBe(404)
    })
  })

  it('with the same prefix and different constraints serve each its host', async () => {
    const hosted =
      (name: string): Step =>
      (app) =>
        app.register(lastbyte, {
          root: folder.at(name),
          prefix: '/files',
          constraints: { host: `${name}.example` },
        })
    const app = await applicationOf([hosted('dir'), hosted('bare')])
    const ask = async (url: string, host: string, method: 'GET' | 'POST' = 'GET') => {
      const { statusCode, body, headers } = await app.inject({ url, method, headers: { host } })
      return [statusCode, headers.location ?? body]
    }
    expect(await ask('/files/', 'dir.example')).toEqual([200, 'index of dir'])
    expect(await ask('/files/f', 'bare.example')).toEqual([200, 'file bare/f'])
    expect(await ask('/files', 'bare.example')).toEqual([301, '/files/'])
    expect((await ask('/files', 'other.example'))[0]).toBe(404)
    expect((await ask('/files/f', 'bare.example', 'POST'))[0]).toBe(405)
    expect((await ask('/files/f', 'dir.example', 'POST'))[0]).toBe(404)
    await app.close()
  })

  it('in scopes decorate the replies of each', async () => {
    const scoped: Step = (app) =>
      app.register(async (scope) => {
        await scope.register(lastbyte, { root: folder.at('bare'), prefix: '/scoped' })
        scope.get('/sent', (_request, reply) => reply.sendFile('./f'))
      })
    await inEachOrder([first, scoped], async (ask, order) => {
      expect((await ask('/scoped/f')).text, order).toBe('file bare/f')
      expect((await ask('/one/')).text, order).toBe('index of dir')
    })
    await serving(await applicationOf([scoped]), async (ask) => {
      expect((await ask('/sent')).text).toBe('file bare/f')
    })
  })
})

it('exposeHeadRoutes: false leaves HEAD of files as it is', async () => {
  for (const wildcard of [true, false]) {
    const step: Step = (app) => app.register(lastbyte, { root: folder.path, wildcard })
    await serving(await applicationOf([step], { exposeHeadRoutes: false }), async (ask) => {
      const { status, headers } = await ask('/f', { method: 'HEAD' })
      expect([status, headers.get('content-length')]).toEqual([200, '6'])
    })
  }
})

it('serve: false adds neither routes nor redirects nor responses to other methods', async () => {
  const step: Step = (app) =>
    app.register(lastbyte, { root: folder.path, prefix: '/p', serve: false })
  await serving(await applicationOf([step]), async (ask) => {
    for (const target of ['/p', '/p/', '/p/f']) {
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
        expect((await ask(target, { method })).status, `${method} ${target}`).toBe(404)
      }
    }
  })
})
