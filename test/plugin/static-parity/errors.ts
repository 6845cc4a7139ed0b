import type { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import {
  NOT_FOUND,
  ok,
  type ParityApp,
  type ParityRow,
  sends,
} from '../../fixture/static-parity.js'

/** Renders every error as text. */
function ownErrors(app: ParityApp): void {
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) =>
    reply
      .code(error.statusCode ?? 500)
      .type('text/plain')
      .send(`own: ${error.message}`),
  )
}

function fails(message: string, statusCode?: number): () => never {
  return () => {
    throw Object.assign(new Error(message), statusCode !== undefined && { statusCode })
  }
}

export const ERRORS: readonly ParityRow[] = [
  {
    title: 'setNotFoundHandler renders the 404 of an absent file.',
    setUp: (app) =>
      app.setNotFoundHandler((request, reply) =>
        reply.code(404).type('text/plain').send(`${request.raw.url} Not Found`),
      ),
    steps: [
      {
        get: '/path/does/not/exist.html',
        static: { status: 404, body: '/path/does/not/exist.html Not Found' },
      },
    ],
  },
  {
    title: 'setNotFoundHandler renders the 404 of an ignored name that starts with a dot.',
    options: (site) => ({ root: site.at('main'), dotfiles: 'ignore' }),
    setUp: (app) =>
      app.setNotFoundHandler((request, reply) => reply.code(404).send(`no ${request.raw.url}`)),
    steps: [{ get: '/.dot', static: { status: 404, body: 'no /.dot' } }],
  },
  {
    title: 'setNotFoundHandler renders the 404 of a path that allowedPath refuses.',
    options: (site) => ({ root: site.at('main'), allowedPath: () => false }),
    setUp: (app) => app.setNotFoundHandler((_request, reply) => reply.code(404).send('no')),
    steps: [{ get: '/index.html', static: { status: 404, body: 'no' } }],
  },
  {
    title: 'setErrorHandler renders an error of a handler on the same application.',
    setUp: (app) => {
      ownErrors(app)
      app.get('/failing', fails('handler'))
    },
    steps: [{ get: '/failing', static: { status: 500, body: 'own: handler' } }],
  },
  {
    title: 'setErrorHandler renders the 403 of a denied name that starts with a dot.',
    options: (site) => ({ root: site.at('main'), dotfiles: 'deny' }),
    setUp: (app) =>
      app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) =>
        reply.code(error.statusCode ?? 500).send('own'),
      ),
    steps: [{ get: '/.dot', static: { status: 403, body: 'own' } }],
  },
  {
    title: 'setErrorHandler renders the 412 and the 416 of a condition and a range.',
    setUp: (app) =>
      app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) =>
        reply.code(error.statusCode ?? 500).send('own'),
      ),
    steps: [
      { get: '/index.html', headers: { 'if-match': '"v1"' }, static: { status: 412, body: 'own' } },
      { get: '/index.html', headers: { range: 'bytes=99-' }, static: { status: 416, body: 'own' } },
    ],
  },
  {
    title: 'setErrorHandler renders an error of setHeaders, with its status.',
    options: (site) => ({ root: site.at('main'), setHeaders: fails('fields', 418) }),
    setUp: ownErrors,
    steps: [{ get: '/index.html', static: { status: 418, body: 'own: fields' } }],
  },
  {
    title: 'setErrorHandler renders an error of onFile, with its status.',
    options: (site) => ({ root: site.at('main'), onFile: fails('file', 418) }),
    setUp: (app) => {
      ownErrors(app)
      app.get('/thrown', sends('index.html', { onFile: fails('thrown', 551) }))
      app.get('/rejected', sends('index.html', { onFile: async () => fails('rejected', 552)() }))
    },
    steps: [
      { get: '/index.html', static: { status: 418, body: 'own: file' } },
      { get: '/thrown', static: { status: 551, body: 'own: thrown' } },
      { get: '/rejected', static: { status: 552, body: 'own: rejected' } },
    ],
  },
  {
    title: 'setErrorHandler renders an error of a hook on the routes of files, with its status.',
    before: (app) =>
      app.addHook('onRoute', (route) => {
        route.preHandler = async () => fails('hook', 429)()
      }),
    setUp: ownErrors,
    steps: [{ get: '/index.html', static: { status: 429, body: 'own: hook' } }],
  },
  {
    title: 'An error of a hook has the default rendering of the application without a handler.',
    before: (app) =>
      app.addHook('onRoute', (route) => {
        route.preHandler = async () => fails('hook', 429)()
      }),
    steps: [
      {
        get: '/index.html',
        static: { status: 429, json: { statusCode: 429, message: 'hook' } },
      },
    ],
  },
  {
    title: 'An async setErrorHandler renders by the value that it returns.',
    before: (app) =>
      app.addHook('onRoute', (route) => {
        route.preHandler = async () => fails('hook')()
      }),
    setUp: (app) =>
      app.setErrorHandler(async (_error, _request, reply) => {
        reply.code(418).type('text/plain')
        return 'handled by a value'
      }),
    steps: [{ get: '/index.html', static: { status: 418, body: 'handled by a value' } }],
  },
  {
    title:
      'An error of a hook that says that a stream was cut closes the connection, or is an error.',
    difference: 'ERR_STREAM_PREMATURE_CLOSE',
    before: (app) =>
      app.addHook('onRoute', (route) => {
        route.onRequest = async () => {
          throw Object.assign(new Error('cut'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
        }
      }),
    steps: [{ get: '/index.html', static: { status: 0 }, lastbyte: { status: 500 } }],
  },
  {
    title:
      'A hook that compresses all routes but those with compress: false compresses files, or not.',
    difference: 'compression by a hook',
    before: (app) =>
      app.addHook('onRoute', (route) => {
        if ((route as { compress?: boolean }).compress === false) return
        route.onSend = async (_request, reply, payload) => {
          reply.removeHeader('content-length').header('content-encoding', 'gzip')
          return (payload as Readable).pipe(createGzip())
        }
      }),
    steps: [
      {
        get: '/index.html',
        static: { status: 200, fields: { 'content-encoding': 'gzip' } },
        lastbyte: ok('<h1>main</h1>', { 'content-encoding': undefined }),
      },
    ],
  },
  {
    title: 'A scope with its own not-found handler renders the 404 of its files.',
    scope: '/docs',
    options: (site) => ({ root: site.at('main'), decorateReply: false }),
    beforeInScope: (scope) =>
      scope.setNotFoundHandler((_request, reply) => reply.code(404).send('of the scope')),
    steps: [
      { get: '/docs/none.html', static: { status: 404, body: 'of the scope' } },
      { get: '/docs/index.html', static: ok('<h1>main</h1>') },
    ],
  },
  {
    title: 'A refusal has the default rendering of Fastify, or problem details.',
    difference: 'the body of a refusal',
    options: (site) => ({ root: site.at('main'), dotfiles: 'deny' }),
    steps: [
      {
        get: '/.dot',
        static: {
          status: 403,
          json: { statusCode: 403, error: 'Forbidden' },
          fields: { 'content-type': 'application/json; charset=utf-8' },
        },
        lastbyte: {
          status: 403,
          json: { status: 403 },
          fields: { 'content-type': 'application/problem+json' },
        },
      },
    ],
  },
  {
    title: 'A request after an error of the plugin is sent as if there had been none.',
    steps: [
      { get: '/index.html', headers: { 'if-match': '"v1"' }, static: { status: 412 } },
      { get: '/none.html', static: NOT_FOUND },
      { get: '/index.html', static: ok('<h1>main</h1>') },
    ],
  },
]
