import { NOT_FOUND, ok, type ParityRow, to } from '../../fixture/static-parity.js'

const INNER = ok('<h1>inner</h1>')
const MAIN = ok('<h1>main</h1>')

export const FOLDERS: readonly ParityRow[] = [
  {
    title: 'The URL of a folder with its slash sends the index, for HEAD without content.',
    options: (site) => ({ root: site.at('main'), prefix: '/static' }),
    steps: [
      { get: '/static/', static: MAIN },
      { get: '/static/deep/inner/', static: INNER },
      { get: '/static/deep/inner/?a=b', static: INNER },
      { method: 'HEAD', get: '/static/deep/inner/', static: { status: 200, body: '' } },
    ],
  },
  {
    title: 'The URL of a folder without its slash sends the index, or is redirected.',
    difference: 'redirect',
    options: (site) => ({ root: site.at('main'), prefix: '/static' }),
    steps: [
      { get: '/static/deep/inner', static: INNER, lastbyte: to('/static/deep/inner/') },
      { get: '/static', static: NOT_FOUND, lastbyte: to('/static/') },
    ],
  },
  {
    title: 'redirect: false sends the index for the URL of a folder without its slash.',
    options: (site) => ({ root: site.at('main'), prefix: '/static', redirect: false }),
    steps: [
      { get: '/static', static: NOT_FOUND },
      { get: '/static/', static: MAIN },
      { get: '/static/deep', static: NOT_FOUND },
      { get: '/static/deep/inner', static: INNER },
      { get: '/static/deep/inner/', static: INNER },
    ],
  },
  {
    title: 'redirect: true redirects the URL of a folder with an index, and keeps the query.',
    options: (site) => ({
      root: site.at('main'),
      prefix: '/static',
      redirect: true,
      index: 'index.html',
    }),
    steps: [
      { get: '/static', static: to('/static/') },
      { get: '/static?a=b', static: to('/static/?a=b') },
      { get: '/static/', static: MAIN },
      { get: '/static/deep/inner', static: to('/static/deep/inner/') },
      { get: '/static/deep/inner?a=b', static: to('/static/deep/inner/?a=b') },
      { get: '/static/deep/inner/?a=b', static: INNER },
    ],
  },
  {
    title: 'redirect: true redirects the URL of a folder without an index to a 404.',
    options: (site) => ({ root: site.at('main'), redirect: true }),
    steps: [
      { get: '/deep', static: to('/deep/') },
      { get: '/deep/', static: NOT_FOUND },
    ],
  },
  {
    title: 'A redirect never leads to another host.',
    options: (site) => ({ root: site.at('main'), redirect: true }),
    steps: [
      { get: '/deep/inner', static: to('/deep/inner/') },
      { get: '/^', static: NOT_FOUND },
    ],
  },
  {
    title: 'index: false sends no index.',
    options: (site) => ({
      root: site.at('main'),
      prefix: '/static',
      index: false,
      redirect: false,
    }),
    steps: [
      { get: '/static/index.html', static: MAIN },
      { get: '/static', static: NOT_FOUND },
      { get: '/static/deep/inner', static: NOT_FOUND },
    ],
  },
  {
    title: 'index: false makes the URL of a folder with its slash a 403, or a 404.',
    difference: 'index: false',
    options: (site) => ({ root: site.at('main'), index: false }),
    steps: [{ get: '/deep/inner/', static: { status: 403 }, lastbyte: NOT_FOUND }],
  },
  {
    title: 'Of several index names the first that exists is sent.',
    options: (site) => ({ root: site.at('main'), index: ['home.html', 'index.html'] }),
    steps: [
      { get: '/', static: ok('<h1>home</h1>') },
      { get: '/deep/inner/', static: INNER },
    ],
  },
  {
    title: 'A folder without an index is the 404 of the application, which may send another file.',
    options: (site) => ({ root: site.at('main'), redirect: false }),
    setUp: (app) => {
      app.setNotFoundHandler((_request, reply) => reply.sendFile('index.html'))
    },
    steps: [
      { get: '/deep', static: MAIN },
      { get: '/none', static: MAIN },
    ],
  },
  {
    title: 'With extensions, a path without one that is a folder sends the index.',
    options: (site) => ({ root: site.at('main'), extensions: ['html'], redirect: false }),
    steps: [
      { get: '/about', static: ok('<h1>about</h1>') },
      { get: '/deep/inner', static: INNER },
      { get: '/none', static: NOT_FOUND },
    ],
  },
  {
    title: 'An added extension that makes the name of a folder is passed over.',
    options: (site) => ({ root: site.at('extensions'), extensions: ['one', 'two'] }),
    steps: [{ get: '/asset', static: ok('with an extension') }],
  },
  {
    title: 'An extension may be given as one string.',
    options: (site) => ({ root: site.at('main'), extensions: 'html' }),
    steps: [{ get: '/about', static: ok('<h1>about</h1>') }],
  },
  {
    title:
      'wildcard: false serves the files of the start, and leaves other paths to the application.',
    options: (site) => ({ root: site.at('main'), wildcard: false }),
    setUp: (app) => app.get('/*', async () => 'other'),
    steps: [
      { get: '/index.html', static: MAIN },
      { method: 'HEAD', get: '/style.css', static: { status: 200, body: '' } },
      { get: '/', static: MAIN },
      { get: '/not-defined', static: ok('other') },
      { get: '/deep/inner/leaf/page.html', static: ok('<h1>page</h1>') },
      { get: '/deep/inner/', static: INNER },
      { get: '/../index.js', static: ok('other') },
    ],
  },
  {
    title: 'wildcard: false with a prefix leaves the prefix without its slash to the application.',
    options: (site) => ({
      root: site.at('main'),
      prefix: '/static',
      wildcard: false,
      redirect: false,
      index: ['home.html', 'index.html'],
    }),
    setUp: (app) => app.get('/*', async () => 'other'),
    steps: [
      { get: '/static', static: ok('other') },
      { get: '/static/', static: ok('<h1>home</h1>') },
      { get: '/static/?a=b', static: ok('<h1>home</h1>') },
      { method: 'HEAD', get: '/static/', static: { status: 200, body: '' } },
      { get: '/static/deep/inner/', static: INNER },
      { get: '/static/not-defined', static: ok('other') },
    ],
  },
  {
    title: 'wildcard: false with redirect: true redirects the URLs of folders with an index.',
    options: (site) => ({
      root: site.at('main'),
      prefix: '/static',
      wildcard: false,
      redirect: true,
      index: 'index.html',
    }),
    steps: [
      { get: '/static?a=b', static: to('/static/?a=b') },
      { get: '/static/?a=b', static: MAIN },
      { method: 'HEAD', get: '/static/?a=b', static: { status: 200, body: '' } },
      { get: '/static/deep', static: NOT_FOUND },
      { get: '/static/deep/inner?a=b', static: to('/static/deep/inner/?a=b') },
      { get: '/static/deep/inner', static: to('/static/deep/inner/') },
    ],
  },
  {
    title: 'wildcard: false with several roots sends the index of the first root that has one.',
    options: (site) => ({
      root: [site.at('main'), site.at('second')],
      wildcard: false,
      index: ['home.html', 'only.html'],
    }),
    steps: [{ get: '/', static: ok('<h1>home</h1>') }],
  },
  {
    title: 'wildcard: false with several roots sends the file of the first.',
    options: (site) => ({ root: [site.at('main'), site.at('second')], wildcard: false }),
    steps: [
      { get: '/index.html', static: MAIN },
      { get: '/only.html', static: ok('<h1>only</h1>') },
    ],
  },
  {
    title: 'wildcard: false serves files whose names a URL encodes.',
    options: (site) => ({ root: site.at('brackets'), wildcard: false }),
    steps: [{ get: '/%5B...%5D/a%20b.md', static: ok('brackets') }],
  },
  {
    title: 'wildcard: false follows symbolic links within the root.',
    options: (site) => ({ root: site.at('links'), wildcard: false }),
    steps: [
      { get: '/origin/sub/page.html', static: ok('linked') },
      { get: '/folder/link/sub/page.html', static: ok('linked') },
    ],
  },
  {
    title: 'wildcard: false gives files that globIgnore matches no route.',
    options: (site) => ({
      root: site.at('filtered'),
      wildcard: false,
      globIgnore: ['**/*.private'],
    }),
    steps: [
      { get: '/index.html', static: ok('<p>filtered</p>') },
      { get: '/', static: ok('<p>filtered</p>') },
      { get: '/a.private', static: NOT_FOUND },
      { get: '/deep/page.html', static: ok('<p>deep</p>') },
      { get: '/deep/b.private', static: NOT_FOUND },
    ],
  },
  {
    title: 'wildcard: false under ignoreTrailingSlash serves the files of the start.',
    options: (site) => ({
      root: `${site.at('main')}/`,
      prefix: '/assets/',
      index: false,
      wildcard: false,
    }),
    app: { routerOptions: { ignoreTrailingSlash: true } },
    setUp: (app) => app.get('/*', async () => 'other'),
    steps: [
      { get: '/assets/style.css', static: ok('h1 { margin: 0 }') },
      { get: '/assets/not-defined', static: ok('other') },
      { get: '/assets/deep/inner/leaf/page.html', static: ok('<h1>page</h1>') },
      { method: 'HEAD', get: '/assets/style.css', static: { status: 200, body: '' } },
    ],
  },
]
