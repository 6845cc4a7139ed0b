import {
  FORBIDDEN,
  NOT_FOUND,
  ok,
  type ParityRow,
  SENT,
  sends,
} from '../../fixture/static-parity.js'

const MAIN = ok('<h1>main</h1>')
const LATER = 'Fri, 01 Jan 2100 00:00:00 GMT'

export const OPTIONS: readonly ParityRow[] = [
  {
    title: 'A root that is absent at the start is a warning, and each request a 404.',
    options: (site) => ({ root: site.at('absent') }),
    steps: [{ get: '/index.html', static: { status: 404, warnings: [SENT] } }],
  },
  {
    title: 'suppressWarning: true starts without a warning of a root that is absent.',
    options: (site) => ({ root: site.at('absent'), suppressWarning: true }),
    steps: [{ get: '/index.html', static: { status: 404, warnings: [] } }],
  },
  {
    title:
      'setHeaders is called with the path of the file, and its fields replace those of the plugin.',
    options: (site) => ({
      root: site.at('main'),
      setHeaders: (reply: { header(name: string, value: string): void }, path: string) => {
        site.note(path.slice(site.at('').length))
        reply.header('X-Test', 'test')
        reply.header('Cache-Control', 'public, immutable, max-age=2592000')
      },
    }),
    steps: [
      {
        get: '/index.html',
        static: {
          ...ok('<h1>main</h1>', {
            'x-test': 'test',
            'cache-control': 'public, immutable, max-age=2592000',
          }),
          notes: ['/main/index.html'],
        },
      },
    ],
  },
  {
    title: 'setHeaders is called with a stat, of class or of data alone.',
    difference: 'stat of setHeaders',
    options: (site) => ({
      root: site.at('main'),
      setHeaders: (
        _reply: unknown,
        _path: string,
        stat: { size: number; isFile?: () => boolean },
      ) => site.note([stat.size, typeof stat.isFile]),
    }),
    steps: [
      {
        get: '/index.html',
        static: { notes: [[13, 'function']] },
        lastbyte: { notes: [[13, 'undefined']] },
      },
    ],
  },
  ...[
    [3_600_000, '3600'],
    ['1d', '86400'],
    ['365d', '31536000'],
    ['2y', '31536000'],
    ['2 years', '31536000'],
    [Number.POSITIVE_INFINITY, '31536000'],
  ].map(([maxAge, seconds]) => ({
    title: `maxAge ${JSON.stringify(maxAge)} is ${seconds} seconds, where null stands for Infinity.`,
    options: (site: { at(name: string): string }) => ({ root: site.at('main'), maxAge }),
    steps: [
      {
        get: '/index.html',
        static: ok('<h1>main</h1>', { 'cache-control': `public, max-age=${seconds}` }),
      },
    ],
  })),
  {
    title: 'immutable is added to Cache-Control.',
    options: (site) => ({ root: site.at('main'), maxAge: '30d', immutable: true }),
    setUp: (app) => app.get('/mutable', sends('index.html', { maxAge: 0, immutable: false })),
    steps: [
      {
        get: '/index.html',
        static: ok('<h1>main</h1>', { 'cache-control': 'public, max-age=2592000, immutable' }),
      },
      {
        get: '/mutable',
        static: ok('<h1>main</h1>', { 'cache-control': 'public, max-age=0' }),
      },
    ],
  },
  {
    title: 'cacheControl: false sends no Cache-Control, of a registration and of a call.',
    options: (site) => ({ root: site.at('main'), cacheControl: false }),
    setUp: (app) => app.get('/on', sends('index.html', { cacheControl: true, maxAge: 1000 })),
    steps: [
      { get: '/index.html', static: ok('<h1>main</h1>', { 'cache-control': undefined }) },
      { get: '/on', static: ok('<h1>main</h1>', { 'cache-control': 'public, max-age=1' }) },
    ],
  },
  {
    title: 'etag: false sends no ETag, so that no If-None-Match but * matches.',
    options: (site) => ({ root: site.at('main'), etag: false }),
    steps: [
      {
        get: '/index.html',
        headers: { 'if-none-match': '"v1"' },
        static: ok('<h1>main</h1>', { etag: undefined }),
      },
      { get: '/index.html', headers: { 'if-none-match': '*' }, static: { status: 304 } },
      { get: '/index.html', headers: { 'if-match': '"v1"' }, static: { status: 412 } },
    ],
  },
  {
    title: 'lastModified: false sends no Last-Modified, so that If-Modified-Since has no effect.',
    options: (site) => ({ root: site.at('main'), lastModified: false }),
    steps: [
      {
        get: '/index.html',
        headers: { 'if-modified-since': LATER },
        static: ok('<h1>main</h1>', { 'last-modified': undefined }),
      },
    ],
  },
  {
    title: 'lastModified: false makes If-Unmodified-Since a 412, or without effect.',
    difference: 'conditions without a validator',
    options: (site) => ({ root: site.at('main'), lastModified: false, etag: false }),
    steps: [
      {
        get: '/index.html',
        headers: { 'if-unmodified-since': LATER },
        static: { status: 412 },
        lastbyte: MAIN,
      },
      {
        get: '/index.html',
        headers: { range: 'bytes=0-1', 'if-range': LATER },
        static: { status: 206, body: '<h' },
        lastbyte: MAIN,
      },
    ],
  },
  {
    title: 'acceptRanges: false sends no Accept-Ranges and the whole file for a Range.',
    options: (site) => ({ root: site.at('main'), acceptRanges: false }),
    steps: [
      {
        get: '/index.html',
        headers: { range: 'bytes=0-1' },
        static: ok('<h1>main</h1>', { 'accept-ranges': undefined, 'content-range': undefined }),
      },
      { get: '/index.html', headers: { range: 'bytes=99-' }, static: MAIN },
    ],
  },
  {
    title: 'contentType: false sends no Content-Type.',
    options: (site) => ({ root: site.at('main'), contentType: false }),
    steps: [{ get: '/index.html', static: ok('<h1>main</h1>', { 'content-type': undefined }) }],
  },
  {
    title: 'dotfiles: allow, ignore and deny send a file, a 404 and a 403.',
    options: (site) => ({ root: site.at('main'), dotfiles: 'allow' }),
    setUp: (app) => {
      app.get('/ignored', sends('.dot', { dotfiles: 'ignore' }))
      app.get('/denied', sends('.dot', { dotfiles: 'deny' }))
    },
    steps: [
      { get: '/.dot', static: ok('dot') },
      { get: '/ignored', static: NOT_FOUND },
      { get: '/denied', static: FORBIDDEN },
    ],
  },
  {
    title: 'Names that start with a dot are served by default, or are a 404.',
    difference: 'dotfiles',
    options: (site) => ({ root: site.at('hidden') }),
    steps: [{ get: '/.secret/data.json', static: ok('{"secret":true}'), lastbyte: NOT_FOUND }],
  },
  {
    title: 'wildcard: false serves names that start with a dot with serveDotFiles alone.',
    options: (site) => ({ root: site.at('hidden'), wildcard: false }),
    steps: [{ get: '/.secret/data.json', static: NOT_FOUND }],
  },
  {
    title: 'wildcard: false with serveDotFiles serves names that start with a dot.',
    options: (site) => ({ root: site.at('hidden'), wildcard: false, serveDotFiles: true }),
    steps: [{ get: '/.secret/data.json', static: ok('{"secret":true}') }],
  },
]
