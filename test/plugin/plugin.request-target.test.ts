import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { upstreamSource } from '../../src/source/upstream/upstream-source.js'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { RawOrigin } from '../fixture/raw-origin.js'

const FILES = {
  f: 'file f',
  'deep/x': 'file deep/x',
  'private/x': 'file private/x',
  'index.html': 'index of the root',
  'private/index.html': 'index of private',
}

/** The type of `routerOptions` lacks useSemicolonDelimiter. */
type ServerOptions = Omit<FastifyServerOptions, 'routerOptions'> & {
  readonly routerOptions?: object
}

interface Served {
  readonly server?: ServerOptions
  readonly options?: LastbyteOptions
  readonly setUp?: (app: FastifyInstance) => void
  readonly files?: Record<string, string>
}

/** Sends a request target as it is, without the normalization of an HTTP client. */
async function ask(
  { server, options, setUp, files = FILES }: Served,
  target: string,
  method = 'GET',
) {
  using folder = new Folder(files)
  const app = Fastify(server as FastifyServerOptions) as unknown as FastifyInstance
  setUp?.(app)
  const root = options?.source === undefined ? { root: folder.path } : {}
  await app.register(lastbyte, { ...root, ...options })
  await app.listen({ port: 0, host: '127.0.0.1' })
  try {
    const { port } = app.server.address() as { port: number }
    using client = new RawClient(port)
    client.request(target, { Connection: 'close' }, method)
    const { status, fields, body } = await client.closed()
    return { status, location: fields.location, text: body.toString() }
  } finally {
    await app.close()
  }
}

/** Segments that a server in front may take for the parent folder. */
const PARENTS = [
  '..',
  '%2e%2e',
  '%2E%2e',
  '.%2e',
  '%2E.',
  '..%2f',
  '%2e%2e%2F',
  '..%5c',
  '..\\',
  '%5c..',
]

/** Prefixes in which a parameter matches any first segment, and a target whose other segments match. */
const PREFIXES: readonly [string, string][] = [
  ['/app/:version', '/app/HERE'],
  ['/app/:version/', '/app/HERE'],
  ['/:tenant', '/HERE'],
  ['/:tenant/:version', '/a/HERE'],
  ['/:tenant/:version', '/HERE/a'],
  ['/:tenant/app/:version', '/HERE/app/1'],
  ['/app/:version(^.+$)', '/app/HERE'],
  ['/app/:version(^[^/]*$)', '/app/HERE'],
  ['/app/:major.:minor', '/app/HERE'],
]

describe('A prefix with a parameter', () => {
  it.each(
    PREFIXES.flatMap(([prefix, target]) =>
      PARENTS.map((segment) => ({ prefix, target: `${target.replace('HERE', segment)}/deep/x` })),
    ),
  )('of $prefix serves no file for $target', async ({ prefix, target }) => {
    for (const form of [target, `http://host.example${target}`]) {
      for (const options of [{ prefix }, { prefix, wildcard: false }]) {
        const { status, text } = await ask({ options }, form)
        expect([400, 404], `${form} ${status}`).toContain(status)
        expect(text).not.toContain('file deep/x')
      }
    }
  })

  it.each(PREFIXES)('of %s serves the file for %s with a usual segment', async (prefix, target) => {
    const path = target.replace('HERE', prefix.includes('major') ? '1.2' : 'v1')
    const { status, text } = await ask({ options: { prefix } }, `${path}/deep/x`)
    expect([status, text]).toEqual([200, 'file deep/x'])
  })

  it.each<[string, number]>([
    ['/app//deep/x', 404],
    ['/app/%00/deep/x', 400],
    ['/app/a%2fb/deep/x', 400],
    ['/app/a%5Cb/deep/x', 400],
    ['/app/a\\b/deep/x', 400],
    ['/app/a%0d%0ab/deep/x', 400],
    ['/app/%ff/deep/x', 400],
    ['/app/%252e%252e/deep/x', 200], // The name %2e%2e, once decoded.
    ['/app/.../deep/x', 200],
    ['/app/..a/deep/x', 200],
    ['/app/v/#/../deep/x', 400],
    ['/app/v/deep/x#y', 400],
  ])('judges its own segments too: %s is %i', async (target, status) => {
    expect((await ask({ options: { prefix: '/app/:version' } }, target)).status).toBe(status)
  })

  it.each<[string, ServerOptions, string, number]>([
    [
      'ignoreDuplicateSlashes',
      { routerOptions: { ignoreDuplicateSlashes: true } },
      '/app//../deep/x',
      400,
    ],
    [
      'ignoreTrailingSlash',
      { routerOptions: { ignoreTrailingSlash: true } },
      '/app/../deep/x/',
      400,
    ],
    [
      'caseSensitive: false',
      { routerOptions: { caseSensitive: false } },
      '/APP/%2E%2E/deep/x',
      400,
    ],
    [
      'useSemicolonDelimiter',
      { routerOptions: { useSemicolonDelimiter: true } },
      '/app/../deep/x;a=b',
      400,
    ],
    ['rewriteUrl', { rewriteUrl: ({ url = '' }) => `/app${url}` }, '/../deep/x', 400],
  ])('judges the target as the router reads it with %s', async (_what, server, target, status) => {
    const { status: sent } = await ask({ server, options: { prefix: '/app/:version' } }, target)
    expect(sent).toBe(status)
  })

  it('of a registration with constraints judges its own segments too', async () => {
    const options = { prefix: '/app/:version', constraints: { host: 'localhost' } }
    expect((await ask({ options }, '/app/../deep/x')).status).toBe(400)
    expect((await ask({ options }, '/app/../deep/x', 'POST')).status).toBe(400)
    expect((await ask({ options }, '/app/1/deep/x')).text).toBe('file deep/x')
  })
})

describe('The path that the router has matched is the one that is served:', () => {
  it.each<[string, ServerOptions, string, string]>([
    [
      'duplicate slashes are one',
      { routerOptions: { ignoreDuplicateSlashes: true } },
      '/files//deep///x',
      'file deep/x',
    ],
    [
      'also in the prefix',
      { routerOptions: { ignoreDuplicateSlashes: true } },
      '//files/f',
      'file f',
    ],
    ['also without routerOptions', { ignoreDuplicateSlashes: true }, '/files//f', 'file f'],
    [
      'a semicolon begins the query',
      { routerOptions: { useSemicolonDelimiter: true } },
      '/files/f;v=1',
      'file f',
    ],
    [
      'an encoded semicolon does not',
      { routerOptions: { useSemicolonDelimiter: true } },
      '/files/a%3Bb',
      'semicolon',
    ],
    ['nor does any by default', {}, '/files/a;b', 'semicolon'],
    [
      'the prefix in another case',
      { routerOptions: { caseSensitive: false } },
      '/FILES/f',
      'file f',
    ],
    [
      'a folder with its slash',
      { routerOptions: { ignoreTrailingSlash: true } },
      '/files/',
      'index of the root',
    ],
    [
      'an inner folder with its slash',
      { routerOptions: { ignoreTrailingSlash: true } },
      '/files/private/',
      'index of private',
    ],
    ['an absolute form', {}, 'http://host.example/files/f', 'file f'],
    ['an absolute form with a port', {}, 'http://host.example:80/files/f?q', 'file f'],
    [
      'a rewritten target',
      { rewriteUrl: ({ url = '' }) => `/files${url}` },
      '/deep/x',
      'file deep/x',
    ],
  ])('%s', async (_what, server, target, text) => {
    const files = { ...FILES, 'a;b': 'semicolon' }
    const sent = await ask({ server, options: { prefix: '/files' }, files }, target)
    expect([sent.status, sent.text]).toEqual([200, text])
  })
})

describe('A guard in front of the files', () => {
  /** Requests for private/x that a comparison with /private does not find. */
  const DETOURS = [
    ...[
      '/./private/x',
      '/%2e/private/x',
      '/.//private/x',
      '/a/../private/x',
      '/a/%2e%2e/private/x',
    ],
    ...[
      '//private/x',
      '/private/./../private/x',
      '/..%2fprivate/x',
      '/.%2Fprivate/x',
      '/%5cprivate/x',
    ],
    ...[
      '/.\\private/x',
      '/private%2fx',
      '/./private',
      '/.%2f/private/x',
      'http://host/./private/x',
    ],
  ]
  const GUARDS: readonly [string, (app: FastifyInstance) => void][] = [
    [
      'that is an onRequest hook on request.url',
      (app) =>
        app.addHook('onRequest', async ({ url }, reply) => {
          if (url.startsWith('/private')) return reply.code(401).send('guarded')
        }),
    ],
    [
      'that is a route of the application',
      (app) => app.get('/private/*', (_request, reply) => reply.code(401).send('guarded')),
    ],
  ]

  it.each(GUARDS.flatMap(([what, setUp]) => DETOURS.map((target) => ({ what, setUp, target }))))(
    '$what is not bypassed by $target',
    async ({ setUp, target }) => {
      const sent = await ask({ setUp }, target)
      expect(sent.text).not.toMatch(/file private|index of private/)
      if (sent.status === 301) {
        expect((await ask({ setUp }, sent.location ?? '')).status).not.toBe(200)
      } else expect([400, 401, 404]).toContain(sent.status)
    },
  )

  it.each(
    DETOURS.flatMap((target) =>
      (['sendFile', 'download'] as const).map((method) => ({
        target: `/send${target.replace(/^http:..host/, '')}`,
        method,
      })),
    ),
  )(
    'that is a hook is not bypassed by $target where a handler passes the wildcard to $method',
    async ({ target, method }) => {
      const setUp = (app: FastifyInstance) => {
        app.addHook('onRequest', async ({ url }, reply) => {
          if (url.startsWith('/send/private')) return reply.code(401).send('guarded')
        })
        app.get<{ Params: { '*': string } }>('/send/*', ({ params }, reply) =>
          reply[method](params['*']),
        )
      }
      const options = { serve: false }
      const sent = await ask({ setUp, options }, target)
      expect(sent.text).not.toMatch(/file private|index of private/)
      if (sent.status === 301) {
        expect((await ask({ setUp, options }, sent.location ?? '')).status).not.toBe(200)
      } else expect([400, 401, 403, 404]).toContain(sent.status)
    },
  )

  it.each(['/app/../x', '/app/%2e%2e/x', '/app/.%2E/x', '/app/..%2f/x', '/app/%2e%2e%5c/x'])(
    'is not bypassed by %s where a parameter of a route with sendFile matches the dot segment',
    async (target) => {
      const setUp = (app: FastifyInstance) =>
        app.get<{ Params: { '*': string } }>('/app/:version/*', ({ params }, reply) =>
          reply.sendFile(params['*'], { maxAge: 0 }),
        )
      const { status } = await ask({ setUp, options: { serve: false }, files: { x: 'x' } }, target)
      expect(status).toBe(403)
    },
  )

  it('that is allowedPath receives the decoded path without dots, and denies it', async () => {
    const paths: string[] = []
    const allowedPath = (path: string) => {
      paths.push(path)
      return !path.startsWith('/private')
    }
    expect((await ask({ options: { allowedPath } }, '/%70rivate/x')).status).toBe(404)
    expect((await ask({ options: { allowedPath } }, '/./private/x')).status).toBe(301)
    expect(paths).toEqual(['/private/x'])
  })
})

describe('A guard in front of another server', () => {
  const TARGETS = ['/a/../private/x', '/a/%2e%2e/private/x', '/./private/x', '/%2e/private/x']
  const ENCODED = ['/a/..%2fprivate/x', '/a/.%2e%5cprivate/x', '/.%2fprivate/x', '/../private/x']

  it.each([...TARGETS, ...ENCODED])('is not bypassed by %s', async (target) => {
    await using origin = await RawOrigin.sending('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    const source = upstreamSource({ origin: origin.url })
    const setUp = (app: FastifyInstance) =>
      app.all('/private/*', (_request, reply) => reply.code(401).send('guarded'))
    const prefixed: LastbyteOptions = { source, prefix: '/:tenant' }
    for (const options of [{ source } satisfies LastbyteOptions, prefixed]) {
      const path = options === prefixed ? `/me${target}` : target
      for (const method of ['GET', 'POST']) {
        const { status } = await ask({ options, setUp }, path, method)
        expect([301, 308, 400, 404], `${method} ${path}`).toContain(status)
      }
    }
    expect(origin.requests).toEqual([])
  })

  it('forwards other targets byte for byte', async () => {
    await using origin = await RawOrigin.sending(
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    )
    const source = upstreamSource({ origin: origin.url })
    for (const target of [
      '/@scope%2fname',
      '/a%E4%3B',
      '/...',
      '/.well-known/x',
      '/a..b/%2e%2e%2e',
    ]) {
      const { status } = await ask({ options: { source } }, target)
      expect(target.includes('%E4') ? [200, 400] : [200], target).toContain(status)
    }
    expect(origin.requests.map(({ target }) => target)).toContain('/@scope%2fname')
  })
})

describe('Segments of a single dot', () => {
  it.each<[string, string]>([
    ['/./Packages', '/Packages'],
    ['/repo/./Packages.gz?a=/./b', '/repo/Packages.gz?a=/./b'],
    ['/./repo/././Packages', '/repo/Packages'],
    ['/repo/.', '/repo/'],
    ['/.', '/'],
    ['/%2e/Packages', '/Packages'],
    ['/%2E/a%20b%2Bc', '/a%20b%2Bc'],
    ['/.//host.example/x', '/host.example/x'],
    ['http://host.example/./Packages', '/Packages'],
  ])('are redirected: %s to %s', async (target, location) => {
    for (const method of ['GET', 'HEAD']) {
      expect(await ask({}, target, method)).toMatchObject({ status: 301, location })
    }
  })

  it('are redirected below a prefix, and with a file for each route', async () => {
    const files = { 'repo/Packages': 'list' }
    const prefix = '/debian'
    const sent = await ask({ options: { prefix }, files }, '/debian/repo/./Packages')
    expect(sent).toMatchObject({ status: 301, location: '/debian/repo/Packages' })
    const parametric = { prefix: '/:suite', wildcard: false }
    const other = await ask({ options: parametric, files }, '/./repo/Packages')
    expect(other).toMatchObject({ status: 301, location: '/repo/Packages' })
  })

  it('are removed by lastbyte serve, so that apt needs no redirect', async () => {
    using folder = new Folder({ 'repo/Packages': 'list' })
    await using server = await serverWith({ root: folder.path })
    for (const target of [
      '/repo/./Packages',
      '/./repo/%2e/Packages',
      'http://host/./repo/Packages',
    ]) {
      using client = new RawClient(server.port)
      client.request(target)
      expect((await client.response()).body.toString(), target).toBe('list')
    }
    for (const target of ['/repo/./../repo/Packages', 'http://user@host/./repo/Packages']) {
      using client = new RawClient(server.port)
      client.request(target)
      expect((await client.response()).status, target).toBe(400)
    }
  })

  it('are dropped from the start of the path that a handler passes to sendFile', async () => {
    const setUp = (app: FastifyInstance) =>
      app.get('/send', (_request, reply) => reply.sendFile('./deep/x'))
    const sent = await ask({ setUp, options: { serve: false } }, '/send')
    expect([sent.status, sent.text]).toEqual([200, 'file deep/x'])
  })
})

describe('A redirect', () => {
  it.each<[string, ServerOptions, string, string]>([
    ['of a folder', { routerOptions: { ignoreDuplicateSlashes: true } }, '//private', '/private/'],
    [
      'of a folder with a query',
      { routerOptions: { ignoreDuplicateSlashes: true } },
      '//private?//h',
      '/private/?//h',
    ],
    ['of dots', {}, '/.//host.example/%2e', '/host.example/'],
    ['of dots before a folder', {}, '/././/host.example', '/host.example'],
  ])('%s leads to the same host', async (_what, server, target, location) => {
    expect(await ask({ server }, target)).toMatchObject({ status: 301, location })
  })

  it('of sendFile for a folder leads to the same host', async () => {
    const setUp = (app: FastifyInstance) =>
      app.get('/*', (_request, reply) => reply.sendFile('private'))
    const sent = await ask({ setUp, options: { serve: false } }, '//host.example/x')
    expect(sent).toMatchObject({ status: 301, location: '/host.example/x/' })
  })
})
