import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { NOT_FOUND, ok, type ParityRow } from '../../fixture/static-parity.js'
import type { Site } from '../../fixture/static-parity-site.js'

const ALL = { 'accept-encoding': 'gzip, deflate, br' }
const text = (bytes: Buffer) => bytes.toString('latin1')
const br = (body: string) => ok(text(brotliCompressSync(body)), { 'content-encoding': 'br' })
const gzip = (body: string) => ok(text(gzipSync(body)), { 'content-encoding': 'gzip' })
const plain = (body: string) => ok(body, { 'content-encoding': undefined })

const preCompressed =
  (more: object = {}) =>
  (site: Site) => ({ root: site.at('coded'), preCompressed: true, ...more })

/** setHeaders that sets Vary. */
const withVary = (vary: string | string[]) =>
  preCompressed({
    setHeaders: (reply: { header(name: string, value: unknown): void }) =>
      reply.header('vary', vary),
  })

export const PRECOMPRESSED: readonly ParityRow[] = [
  ...[{}, { wildcard: false }].map((more) => ({
    title: `The encoded file that the client prefers is sent, br first${'wildcard' in more ? ', with wildcard: false' : ''}.`,
    options: preCompressed(more),
    steps: [
      { get: '/page.html', headers: ALL, static: br('<p>page</p>') },
      { get: '/gzip.html', headers: ALL, static: gzip('<p>gzip</p>') },
      { get: '/plain.html', headers: ALL, static: plain('<p>plain</p>') },
      { get: '/plain.html', static: plain('<p>plain</p>') },
      { get: '/page.html', static: plain('<p>page</p>') },
    ],
  })),
  {
    title: 'Accept-Encoding: * is gzip, or the first coding of the option.',
    difference: 'Accept-Encoding: *',
    options: preCompressed(),
    steps: ['*', '*, *'].map((field) => ({
      get: '/page.html',
      headers: { 'accept-encoding': field },
      static: gzip('<p>page</p>'),
      lastbyte: br('<p>page</p>'),
    })),
  },
  {
    title: 'Accept-Encoding: deflate is a .deflate file, or the file itself.',
    difference: 'deflate',
    options: preCompressed(),
    steps: [
      {
        get: '/page.html',
        headers: { 'accept-encoding': 'deflate;q=1, gzip;q=0.5' },
        static: ok(text(deflateSync('<p>page</p>')), { 'content-encoding': 'deflate' }),
        lastbyte: gzip('<p>page</p>'),
      },
    ],
  },
  {
    title: 'Every response to a request for text has Accept-Encoding in Vary.',
    difference: 'Vary',
    options: preCompressed(),
    steps: ['/page.html', '/plain.html'].map((get) => ({
      get,
      headers: ALL,
      static: { status: 200, fields: { vary: 'accept-encoding' } },
      lastbyte: { status: 200, fields: { vary: 'Accept, Accept-Encoding' } },
    })),
  },
  {
    title: 'Without preCompressed the Vary of a file has no Accept-Encoding.',
    difference: 'Vary',
    options: (site) => ({ root: site.at('coded') }),
    steps: [
      {
        get: '/plain.html',
        headers: ALL,
        static: { fields: { vary: undefined } },
        lastbyte: { fields: { vary: 'Accept' } },
      },
    ],
  },
  {
    title: 'Accept-Encoding is added to a Vary of setHeaders, once.',
    difference: 'Vary',
    options: withVary('Accept-Language'),
    steps: [
      {
        get: '/page.html',
        headers: ALL,
        static: { fields: { vary: 'Accept-Language, accept-encoding' } },
        lastbyte: { fields: { vary: 'Accept-Language, Accept, Accept-Encoding' } },
      },
    ],
  },
  {
    title: 'Accept-Encoding is added to a Vary of setHeaders that is an array.',
    difference: 'Vary',
    options: withVary(['Accept-Language', 'Cookie']),
    steps: [
      {
        get: '/page.html',
        headers: ALL,
        static: { fields: { vary: 'Accept-Language, Cookie, accept-encoding' } },
        lastbyte: { fields: { vary: 'Accept-Language, Cookie, Accept, Accept-Encoding' } },
      },
    ],
  },
  {
    title: 'Accept-Encoding is not added to a Vary that has it.',
    difference: 'Vary',
    options: withVary('Accept-Encoding'),
    steps: [
      {
        get: '/page.html',
        headers: ALL,
        static: { fields: { vary: 'Accept-Encoding' } },
        lastbyte: { fields: { vary: 'Accept-Encoding, Accept' } },
      },
    ],
  },
  {
    title: 'A Vary of * stays as it is.',
    options: withVary('*'),
    steps: [{ get: '/page.html', headers: ALL, static: { fields: { vary: '*' } } }],
  },
  {
    title: 'An index is sent encoded.',
    options: preCompressed({ prefix: '/coded/' }),
    steps: [
      { get: '/coded/', headers: ALL, static: br('<p>index</p>') },
      { get: '/coded/folder/', headers: ALL, static: br('<p>folder</p>') },
    ],
  },
  {
    title: 'An index of another name is sent encoded.',
    options: preCompressed({ index: ['page.html'] }),
    steps: [{ get: '/', headers: ALL, static: br('<p>page</p>') }],
  },
  {
    title: 'redirect: false sends the encoded index for the URL of a folder without its slash.',
    options: preCompressed({ redirect: false }),
    steps: [
      { get: '/folder', headers: ALL, static: br('<p>folder</p>') },
      { get: '/folder-gzip', headers: ALL, static: gzip('<p>folder gzip</p>') },
    ],
  },
  {
    title: 'redirect: true redirects the URL of a folder with an encoded index, and no file.',
    options: preCompressed({ prefix: '/coded/', redirect: true }),
    steps: [
      {
        get: '/coded/folder',
        headers: ALL,
        static: { status: 301, fields: { location: '/coded/folder/' } },
      },
      {
        get: '/coded/data.json',
        headers: { 'accept-encoding': '*' },
        static: ok('{}', { 'content-type': 'application/json; charset=utf-8' }),
      },
    ],
  },
  {
    title: 'A folder without an index is the 404 of the application.',
    options: preCompressed(),
    steps: [{ get: '/empty/', headers: ALL, static: NOT_FOUND }],
  },
  {
    title: 'The encoded file of an image is sent, or the image itself.',
    difference: 'precompressed media',
    options: preCompressed(),
    steps: [
      {
        get: '/photo.jpg',
        headers: ALL,
        static: {
          ...br('jpeg'),
          fields: { 'content-type': 'image/jpeg', 'content-encoding': 'br' },
        },
        lastbyte: ok('jpeg', { 'content-type': 'image/jpeg', 'content-encoding': undefined }),
      },
    ],
  },
  {
    title: 'With several roots the encoded file of the root with the file is sent.',
    options: (site) => ({ root: [site.at('coded'), site.at('main')], preCompressed: true }),
    steps: [
      { get: '/gzip.html', headers: ALL, static: gzip('<p>gzip</p>') },
      { get: '/plain.html', headers: ALL, static: plain('<p>plain</p>') },
      { get: '/about.html', headers: ALL, static: plain('<h1>about</h1>') },
    ],
  },
  {
    title: 'An encoded file that is older than the file is sent, or the file.',
    difference: 'an older precompressed file',
    options: preCompressed(),
    steps: [
      {
        get: '/older.html',
        headers: ALL,
        static: br('<p>newer</p>'),
        lastbyte: plain('<p>newer</p>'),
      },
    ],
  },
  {
    title: 'setHeaders gets the path of the encoded file, or of the file.',
    difference: 'setHeaders of a precompressed file',
    options: (site) => ({
      root: site.at('coded'),
      preCompressed: true,
      setHeaders: (_reply: unknown, path: string) => site.note(path.slice(site.at('').length)),
    }),
    steps: [
      {
        get: '/page.html',
        headers: ALL,
        static: { ...br('<p>page</p>'), notes: ['/coded/page.html.br'] },
        lastbyte: { ...br('<p>page</p>'), notes: ['/coded/page.html'] },
      },
    ],
  },
  {
    title: 'An encoded file without the file itself is sent, or is a 404.',
    difference: 'a precompressed file alone',
    options: preCompressed({ index: false }),
    steps: [{ get: '/alone.html', headers: ALL, static: br('alone'), lastbyte: NOT_FOUND }],
  },
  ...[
    ['html', 'text/html; charset=utf-8'],
    ['json', 'application/json; charset=utf-8'],
  ].map(([extension, type]) => ({
    title: `An encoded .${extension} file has the Content-Type of the file.`,
    options: preCompressed(),
    steps: [
      {
        get: extension === 'html' ? '/page.html' : '/typed.json',
        headers: ALL,
        static: { status: 200, fields: { 'content-type': type, 'content-encoding': 'br' } },
      },
    ],
  })),
]
