import {
  FORBIDDEN,
  NOT_FOUND,
  ok,
  type ParityRow,
  saves,
  sends,
  to,
} from '../../fixture/static-parity.js'
import type { Site } from '../../fixture/static-parity-site.js'

/** Notes each path, and refuses one of them. */
function refusing(site: Site, refused: string) {
  return (path: string) => {
    site.note(path)
    return path !== refused
  }
}

const MAIN = ok('<h1>main</h1>')

export const ALLOWED_PATH: readonly ParityRow[] = [
  {
    title: 'A path that allowedPath refuses is the 404 of the application.',
    options: (site) => ({
      root: site.at('main'),
      allowedPath: (path: string) => path !== '/about.html',
    }),
    steps: [
      { get: '/about.html', static: NOT_FOUND },
      { get: '/style.css', static: { status: 200 } },
    ],
  },
  {
    title: 'allowedPath is called with the path, the root and the request.',
    options: (site) => ({
      root: site.at('main'),
      allowedPath: (path: string, root: string, request: { query: { key?: string } }) => {
        site.note([path, root === site.at('main')])
        return request.query.key === 'secret'
      },
    }),
    steps: [
      { get: '/style.css', static: { status: 404, notes: [['/style.css', true]] } },
      { get: '/style.css?key=secret', static: { status: 200, notes: [['/style.css', true]] } },
    ],
  },
  {
    title: 'A path in another spelling gets around no rule of allowedPath.',
    difference: 'dot segments and doubled slashes',
    options: (site) => ({
      root: site.at('guarded'),
      allowedPath: (path: string) => path.startsWith('/open/'),
    }),
    steps: [
      { get: '/open/index.html', static: ok('open') },
      { get: '/closed/secret.txt', static: NOT_FOUND },
      { get: '/open/../closed/secret.txt', static: FORBIDDEN, lastbyte: { status: 400 } },
      { get: '//closed/secret.txt', static: FORBIDDEN, lastbyte: NOT_FOUND },
      { get: '/./closed/secret.txt', static: FORBIDDEN, lastbyte: to('/closed/secret.txt') },
    ],
  },
  {
    title: 'allowedPath is called with the path of an index too.',
    options: (site) => ({
      root: site.at('main'),
      allowedPath: refusing(site, '/deep/inner/index.html'),
    }),
    steps: [
      {
        get: '/deep/inner/',
        static: { status: 404, notes: ['/deep/inner/', '/deep/inner/index.html'] },
      },
      {
        method: 'HEAD',
        get: '/deep/inner/',
        static: { status: 404, notes: ['/deep/inner/', '/deep/inner/index.html'] },
      },
      { get: '/', static: { ...MAIN, notes: ['/', '/index.html'] } },
    ],
  },
  {
    title: 'allowedPath is called with the path that has an extension added too.',
    options: (site) => ({
      root: site.at('main'),
      extensions: ['html'],
      allowedPath: refusing(site, '/about.html'),
    }),
    steps: [
      { get: '/about', static: { status: 404, notes: ['/about', '/about.html'] } },
      { get: '/home', static: { ...ok('<h1>home</h1>'), notes: ['/home', '/home.html'] } },
    ],
  },
  {
    title: 'wildcard: false calls allowedPath with the path of an index too.',
    options: (site) => ({
      root: site.at('main'),
      wildcard: false,
      index: ['none.html', 'index.html'],
      allowedPath: refusing(site, '/deep/inner/index.html'),
    }),
    steps: [
      {
        get: '/deep/inner/',
        static: { status: 404, notes: ['/deep/inner/', '/deep/inner/index.html'] },
      },
    ],
  },
  {
    title: 'A path that allowedPath permits is redirected without another call.',
    options: (site) => ({
      root: site.at('main'),
      redirect: true,
      allowedPath: refusing(site, '/deep/inner/index.html'),
    }),
    steps: [
      {
        get: '/deep/inner',
        static: { status: 301, fields: { location: '/deep/inner/' }, notes: ['/deep/inner'] },
      },
    ],
  },
  {
    title:
      'With several roots allowedPath is called for each that is searched, or for the one found.',
    difference: 'allowedPath with several roots',
    options: (site) => ({
      root: [site.at('second'), site.at('main')],
      allowedPath: (path: string, root: string) => {
        site.note([path, root === site.at('main') ? 'main' : 'second'])
        return true
      },
    }),
    steps: [
      {
        get: '/about.html',
        static: {
          ...ok('<h1>about</h1>'),
          notes: [
            ['/about.html', 'second'],
            ['/about.html', 'main'],
          ],
        },
        lastbyte: { ...ok('<h1>about</h1>'), notes: [['/about.html', 'second']] },
      },
    ],
  },
  {
    title:
      'sendFile and download call allowedPath, with the path as it was passed or with a slash.',
    difference: 'allowedPath of a call',
    options: (site) => ({
      root: site.at('main'),
      serve: false,
      allowedPath: (path: string) => {
        site.note(path)
        return !path.endsWith('home.html')
      },
    }),
    setUp: (app) => {
      app.get('/send', sends('about', { extensions: ['html'] }))
      app.get('/save', saves('home', { extensions: ['html'] }))
    },
    steps: [
      {
        get: '/send',
        static: { ...ok('<h1>about</h1>'), notes: ['about', 'about.html'] },
        lastbyte: { ...ok('<h1>about</h1>'), notes: ['/about', '/about.html'] },
      },
      {
        get: '/save',
        static: { status: 404, notes: ['home', 'home.html'] },
        lastbyte: { status: 404, notes: ['/home', '/home.html'] },
      },
    ],
  },
  {
    title: 'onFile is called after allowedPath has permitted the file, and not for a refused one.',
    options: (site) => ({
      root: site.at('main'),
      allowedPath: refusing(site, '/about.html'),
      onFile: () => site.note('onFile'),
    }),
    steps: [
      { get: '/about.html', static: { status: 404, notes: ['/about.html'] } },
      { get: '/index.html', static: { ...MAIN, notes: ['/index.html', 'onFile'] } },
    ],
  },
  {
    title: 'A call of allowedPath that throws is an error of the application, with its status.',
    options: (site) => ({
      root: site.at('main'),
      allowedPath: () => {
        throw Object.assign(new Error('not now'), { statusCode: 429 })
      },
    }),
    setUp: (app) =>
      app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) =>
        reply.code(error.statusCode ?? 500).send(`own: ${error.message}`),
      ),
    steps: [{ get: '/index.html', static: { status: 429, body: 'own: not now' } }],
  },
]
