import { pathToFileURL } from 'node:url'
import {
  matching,
  NOT_FOUND,
  ok,
  type ParityRow,
  SENT,
  sends,
} from '../../fixture/static-parity.js'

/** The fields of every file. */
const DESCRIBED = { etag: SENT, 'last-modified': SENT, date: SENT, 'cache-control': SENT }
const HTML = { ...DESCRIBED, 'content-type': 'text/html; charset=utf-8' }
const CSS = { ...DESCRIBED, 'content-type': 'text/css; charset=utf-8' }
const JSON_ERROR = { 'content-type': 'application/json; charset=utf-8', date: SENT }

export const FILES: readonly ParityRow[] = [
  {
    title: 'A file under the prefix is sent with its validators, its type and Cache-Control.',
    options: (site) => ({ root: site.at('main'), prefix: '/static/' }),
    steps: [
      { get: '/static/index.html', static: ok('<h1>main</h1>', HTML) },
      { get: '/static/style.css', static: ok('h1 { margin: 0 }', CSS) },
      { get: '/static/deep/inner/leaf/page.html', static: ok('<h1>page</h1>', HTML) },
    ],
  },
  {
    title: 'A prefix without a slash at its end serves the files below it.',
    options: (site) => ({ root: site.at('main'), prefix: '/static' }),
    steps: [
      { get: '/static/index.html', static: ok('<h1>main</h1>', HTML) },
      { get: '/static/', static: ok('<h1>main</h1>', HTML) },
    ],
  },
  {
    title: 'Without a prefix the files are at the root, beside routes of the application.',
    setUp: (app) => app.get('/', async () => ({ hello: 'world' })),
    steps: [
      { get: '/index.html', static: ok('<h1>main</h1>', HTML) },
      { get: '/style.css', static: ok('h1 { margin: 0 }', CSS) },
      { get: '/', static: { status: 200, json: { hello: 'world' } } },
      { get: '/deep/inner/leaf/page.html', static: ok('<h1>page</h1>', HTML) },
    ],
  },
  {
    title: 'A path without a file is the 404 of the application.',
    options: (site) => ({ root: site.at('main'), prefix: '/static' }),
    steps: [
      { get: '/static/this/path', static: { status: 404, fields: JSON_ERROR } },
      { get: '/static/this/path/none.html', static: { status: 404, fields: JSON_ERROR } },
    ],
  },
  {
    title: 'A file has no URL outside of the prefix.',
    options: (site) => ({ root: site.at('main'), prefix: '/static' }),
    steps: [{ get: '/about.html', static: NOT_FOUND }],
  },
  {
    title: 'HEAD has the fields of GET, its length included, and no content.',
    steps: [
      { method: 'HEAD', get: '/index.html', static: ok('', { ...HTML, 'content-length': '13' }) },
      { method: 'HEAD', get: '/none.html', static: { status: 404, body: '' } },
    ],
  },
  {
    title: 'If-None-Match and If-Modified-Since that match are a 304.',
    steps: [
      { get: '/index.html', headers: { 'if-none-match': '*' }, static: { status: 304, body: '' } },
      {
        get: '/index.html',
        headers: { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' },
        static: { status: 304, body: '' },
      },
    ],
  },
  {
    title: 'A range is a 206, one behind the end a 416.',
    steps: [
      {
        get: '/index.html',
        headers: { range: 'bytes=4-7' },
        static: { status: 206, body: 'main', fields: { 'content-range': 'bytes 4-7/13' } },
      },
      {
        get: '/index.html',
        headers: { range: 'bytes=99-' },
        static: { status: 416 },
      },
    ],
  },
  {
    title: 'Several ranges are multipart/byteranges.',
    difference: 'several ranges',
    steps: [
      {
        get: '/index.html',
        headers: { range: 'bytes=0-0,2-2' },
        static: ok('<h1>main</h1>'),
        lastbyte: {
          status: 206,
          fields: { 'content-type': matching(/^multipart\/byteranges; boundary=/) },
        },
      },
    ],
  },
  {
    title: 'An ETag is weak in one and strong in the other.',
    difference: 'ETag',
    steps: [
      {
        get: '/index.html',
        static: { fields: { etag: matching(/^W\/"/) } },
        lastbyte: { fields: { etag: matching(/^"/) } },
      },
    ],
  },
  {
    title: 'The Content-Type follows from the extension.',
    steps: [
      { get: '/index.html', static: { fields: { 'content-type': 'text/html; charset=utf-8' } } },
      { get: '/style.css', static: { fields: { 'content-type': 'text/css; charset=utf-8' } } },
      { get: '/photo.jpg', static: { fields: { 'content-type': 'image/jpeg' } } },
      { get: '/notes.txt', static: { fields: { 'content-type': 'text/plain; charset=utf-8' } } },
      { get: '/binary', static: { fields: { 'content-type': 'application/octet-stream' } } },
    ],
  },
  {
    title: 'Of several roots the first with the file sends it.',
    options: (site) => ({ root: [site.at('main'), site.at('second')], prefix: '/static' }),
    setUp: (app) => {
      app.get('/about', sends('about.html'))
      app.get('/only', sends('only.html'))
    },
    steps: [
      { get: '/static/index.html', static: ok('<h1>main</h1>', HTML) },
      { get: '/static/only.html', static: ok('<h1>only</h1>', HTML) },
      { get: '/about', static: ok('<h1>about</h1>', HTML) },
      { get: '/only', static: ok('<h1>only</h1>', HTML) },
    ],
  },
  {
    title: 'A root may be a file: URL, also beside others.',
    options: (site) => ({ root: [pathToFileURL(site.at('second')), site.at('main')] }),
    steps: [
      { get: '/only.html', static: ok('<h1>only</h1>') },
      { get: '/about.html', static: ok('<h1>about</h1>') },
    ],
  },
  {
    title:
      'Names with spaces, percent signs, hash and question marks are served by their encoded URL.',
    options: (site) => ({ root: [site.at('main'), site.at('reserved')], prefix: '/public' }),
    steps: [
      { get: '/public/a%20b.md', static: ok('space') },
      { get: '/public/100%25.txt', static: ok('percent') },
      { get: '/public/100%25%23.txt', static: ok('percent and hash') },
      { get: '/public/a%23b.txt', static: ok('hash') },
      { get: '/public/a%3Fb.txt', static: ok('question') },
      { get: '/public/a%2523b.txt', static: ok('literal') },
    ],
  },
  {
    title: 'A symbolic link within the root is followed.',
    options: (site) => ({ root: site.at('links') }),
    steps: [
      { get: '/origin/sub/page.html', static: ok('linked') },
      { get: '/folder/link/sub/page.html', static: ok('linked') },
    ],
  },
  {
    title: 'A symbolic link that leads out of the root is followed by one, refused by the other.',
    difference: 'symbolic links out of the root',
    options: (site) => ({ root: site.at('links/folder') }),
    steps: [{ get: '/link/sub/page.html', static: ok('linked'), lastbyte: { status: 403 } }],
  },
  {
    title: 'Two names that differ in case alone are two files.',
    options: (site) => ({ root: site.at('main') }),
    steps: [
      { get: '/about.html', static: ok('<h1>about</h1>') },
      { get: '/ABOUT.html', static: NOT_FOUND },
    ],
  },
  {
    title: 'An application without a server, by inject, sends files too.',
    setUp: (app) => app.get('/injected', async () => (await app.inject('/about.html')).body),
    steps: [{ get: '/injected', static: ok('<h1>about</h1>') }],
  },
  {
    title: 'The payload that an onSend hook receives has the path of the file.',
    setUp: (app, site) =>
      app.addHook('onSend', async (_request, _reply, payload) => {
        site.note((payload as { path?: string }).path?.endsWith('main/index.html'))
      }),
    steps: [
      { get: '/index.html', static: { ...ok('<h1>main</h1>'), notes: [true] } },
      { get: '/none.html', static: { status: 404, notes: [undefined] } },
    ],
  },
]
