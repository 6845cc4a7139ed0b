import {
  FORBIDDEN,
  NOT_FOUND,
  ok,
  type ParityRow,
  saves,
  sends,
} from '../../fixture/static-parity.js'

const MAIN = ok('<h1>main</h1>')
const INNER_ROOT = 'main/deep/inner/leaf'
const attachment = (name: string) => ({ 'content-disposition': `attachment; filename=${name}` })

export const SEND_FILE: readonly ParityRow[] = [
  {
    title: 'sendFile sends a file of the root, with or without a slash at its start.',
    options: (site) => ({ root: site.at('main'), prefix: '/static' }),
    setUp: (app) => {
      app.get('/slash', sends('/index.html'))
      app.get('/plain', sends('index.html'))
    },
    steps: [
      { get: '/slash', static: MAIN },
      { get: '/plain', static: MAIN },
    ],
  },
  {
    title: 'sendFile with another root sends from that, and the next call from its own again.',
    options: (site) => ({ root: site.at('main'), prefix: '/static' }),
    setUp: (app, site) => {
      app.get('/other', sends('/page.html', site.at(INNER_ROOT)))
      app.get('/option', sends('/page.html', { root: site.at(INNER_ROOT) }))
      app.get('/own', sends('/index.html'))
    },
    steps: [
      { get: '/other', static: ok('<h1>page</h1>') },
      { get: '/option', static: ok('<h1>page</h1>') },
      { get: '/own', static: MAIN },
    ],
  },
  {
    title: 'sendFile with options sends by them, with another root and with several roots too.',
    options: (site) => ({ root: [site.at('main'), site.at('second')], maxAge: 5000 }),
    setUp: (app, site) => {
      app.get('/own', sends('index.html'))
      app.get('/aged', sends('only.html', { maxAge: 60_000 }))
      app.get('/other', sends('index.html', site.at('second'), { maxAge: '2 hours' }))
    },
    steps: [
      { get: '/own', static: ok('<h1>main</h1>', { 'cache-control': 'public, max-age=5' }) },
      { get: '/aged', static: ok('<h1>only</h1>', { 'cache-control': 'public, max-age=60' }) },
      { get: '/other', static: ok('<h1>second</h1>', { 'cache-control': 'public, max-age=7200' }) },
    ],
  },
  {
    title: 'sendFile with a status of the handler sends the whole file with it.',
    setUp: (app) =>
      app.get('/custom', (request, reply) => sends('about.html')(request, reply.code(404))),
    steps: [
      { get: '/custom', static: { status: 404, body: '<h1>about</h1>' } },
      { method: 'HEAD', get: '/custom', static: { status: 404, body: '' } },
    ],
  },
  {
    title: 'sendFile with contentType: false leaves the type of the handler.',
    options: (site) => ({ root: site.at('main'), contentType: false }),
    setUp: (app) =>
      app.get('/custom', (request, reply) =>
        sends('about.html')(request, reply.type('text/html; charset=windows-1252')),
      ),
    steps: [
      {
        get: '/custom',
        static: ok('<h1>about</h1>', { 'content-type': 'text/html; charset=windows-1252' }),
      },
    ],
  },
  {
    title: 'sendFile overwrites the fields of the handler, or keeps them.',
    difference: 'fields that a handler sets before sendFile',
    setUp: (app) =>
      app.get('/custom', (request, reply) =>
        sends('about.html')(request, reply.header('cache-control', 'no-store')),
      ),
    steps: [
      {
        get: '/custom',
        static: { fields: { 'cache-control': 'public, max-age=0' } },
        lastbyte: { fields: { 'cache-control': 'no-store' } },
      },
    ],
  },
  {
    title: 'sendFile of a path with segments of two dots, also within the root, is a 403.',
    setUp: (app) => {
      app.get('/out', sends('../second/index.html'))
      app.get('/within', sends('deep/../index.html'))
    },
    steps: [
      { get: '/out', static: FORBIDDEN },
      { get: '/within', static: FORBIDDEN },
    ],
  },
  {
    title:
      'sendFile of a path with segments of one dot is a 403, or the file where they are at its start.',
    difference: 'dot segments and doubled slashes',
    setUp: (app) => {
      app.get('/start', sends('./index.html'))
      app.get('/dot', sends('deep/./inner/index.html'))
      app.get('/end', sends('index.html/.'))
    },
    steps: [
      { get: '/start', static: FORBIDDEN, lastbyte: MAIN },
      { get: '/dot', static: FORBIDDEN },
      { get: '/end', static: FORBIDDEN },
    ],
  },
  {
    title: 'sendFile of a path with a doubled slash is a 403 or a 404.',
    difference: 'dot segments and doubled slashes',
    setUp: (app) => app.get('/slashes', sends('deep//inner/index.html')),
    steps: [{ get: '/slashes', static: FORBIDDEN, lastbyte: NOT_FOUND }],
  },
  {
    title: 'sendFile of a file that is absent is the 404 of the application.',
    setUp: (app) => {
      app.get('/none', sends('none.html'))
      app.setNotFoundHandler(async (_request, reply) => reply.code(404).send('own 404'))
    },
    steps: [{ get: '/none', static: { status: 404, body: 'own 404' } }],
  },
  {
    title: 'Without a root, sendFile sends an absolute path, or needs a root.',
    difference: 'sendFile without a root',
    options: () => ({ prefix: '/static/', serve: false }),
    setUp: (app, site) => {
      app.get('/absolute', sends(site.at('main/index.html')))
      app.get('/relative', sends('index.html'))
      app.get('/root', sends('index.html', site.at('main')))
    },
    steps: [
      { get: '/absolute', static: MAIN, lastbyte: { status: 500 } },
      { get: '/relative', static: NOT_FOUND, lastbyte: { status: 500 } },
      { get: '/root', static: MAIN },
    ],
  },
  {
    title: 'download sends an attachment by the name of the file or by another.',
    setUp: (app) => {
      app.get('/own', saves('/index.html'))
      app.get('/plain', saves('index.html'))
      app.get('/named', saves('/index.html', 'hello-world.html'))
    },
    steps: [
      { get: '/own', static: ok('<h1>main</h1>', attachment('index.html')) },
      { get: '/plain', static: ok('<h1>main</h1>', attachment('index.html')) },
      { get: '/named', static: ok('<h1>main</h1>', attachment('hello-world.html')) },
    ],
  },
  {
    title: 'download with options sends by them, with another root too.',
    setUp: (app, site) => {
      const root = site.at(INNER_ROOT)
      app.get('/aged', saves('/index.html', 'a.html', { maxAge: '2 hours', immutable: true }))
      app.get('/whole', saves('/index.html', { acceptRanges: false }))
      app.get('/other', saves('/page.html', { root }))
      app.get('/named', saves('/page.html', 'b.html', { root }))
    },
    steps: [
      {
        get: '/aged',
        static: ok('<h1>main</h1>', {
          ...attachment('a.html'),
          'cache-control': 'public, max-age=7200, immutable',
        }),
      },
      {
        get: '/whole',
        headers: { range: 'bytes=0-0' },
        static: ok('<h1>main</h1>', { ...attachment('index.html'), 'accept-ranges': undefined }),
      },
      { get: '/other', static: ok('<h1>page</h1>', attachment('page.html')) },
      { get: '/named', static: ok('<h1>page</h1>', attachment('b.html')) },
    ],
  },
  {
    title: 'HEAD of a GET route with sendFile has the length of the file.',
    setUp: (app) => app.get('/own', sends('index.html')),
    steps: [{ method: 'HEAD', get: '/own', static: ok('', { 'content-length': '13' }) }],
  },
  {
    title:
      'onFile, of a registration or of a call, is called with the path before the file is sent.',
    options: (site) => ({
      root: site.at('main'),
      onFile: (path: string) => site.note(path.slice(site.at('').length)),
    }),
    setUp: (app, site) => {
      const onFile = async (path: string, stat: { size: number }) => {
        await new Promise(setImmediate)
        site.note([path.slice(site.at('').length), stat.size])
      }
      app.get('/call', sends('about', { extensions: ['html'], onFile }))
      app.get('/own', sends('about', { extensions: ['html'] }))
    },
    steps: [
      { get: '/own', static: { ...ok('<h1>about</h1>'), notes: ['/main/about.html'] } },
      { get: '/call', static: { ...ok('<h1>about</h1>'), notes: [['/main/about.html', 14]] } },
      { get: '/index.html', static: { ...MAIN, notes: ['/main/index.html'] } },
    ],
  },
  {
    title: 'A call with an option that is unknown sends the file, or is an error.',
    difference: 'unknown options',
    setUp: (app) => app.get('/own', sends('index.html', { maxAeg: 1 })),
    steps: [{ get: '/own', static: MAIN, lastbyte: { status: 500 } }],
  },
  {
    title:
      'A call with start or end sends a part of the file as if it were a file, or is an error.',
    difference: 'start and end',
    setUp: (app) => app.get('/own', sends('index.html', { start: 4, end: 7 })),
    steps: [{ get: '/own', static: ok('main'), lastbyte: { status: 500 } }],
  },
  {
    title: 'A call with an option that only a registration has sends the file.',
    setUp: (app) => {
      app.get('/own', sends('index.html', { redirect: true, wildcard: false, list: true }))
      app.get('/saved', saves('index.html', { preCompressed: false, highWaterMark: 1024 }))
    },
    steps: [
      { get: '/own', static: MAIN },
      { get: '/saved', static: MAIN },
    ],
  },
]
