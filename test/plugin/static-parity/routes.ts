import { MALFORMED, NOT_FOUND, ok, type ParityRow, sends } from '../../fixture/static-parity.js'

const MAIN = ok('<h1>main</h1>')
const CSS = ok('h1 { margin: 0 }', { 'content-type': 'text/css; charset=utf-8' })

export const ROUTES: readonly ParityRow[] = [
  {
    title: 'constraints apply to the routes of files.',
    options: (site) => ({
      root: site.at('main'),
      prefix: '/static',
      constraints: { version: '1.2.0' },
    }),
    steps: [
      { get: '/static/index.html', headers: { 'accept-version': '1.x' }, static: MAIN },
      { get: '/static/index.html', headers: { 'accept-version': '2.x' }, static: NOT_FOUND },
    ],
  },
  {
    title: 'A registration in a scope with a prefix serves its files below both prefixes.',
    scope: '/nested',
    options: (site) => ({ root: site.at('main'), prefix: '/public', decorateReply: false }),
    steps: [{ get: '/nested/public/style.css', static: CSS }],
  },
  {
    title: 'A prefix may contain a parameter.',
    options: (site) => ({ root: site.at('main'), prefix: '/app/:version', decorateReply: false }),
    steps: [
      { get: '/app/1.2.3/style.css', static: CSS },
      { get: '/app/1.2.3/', static: MAIN },
      { get: '/other/1.2.3/style.css', static: NOT_FOUND },
    ],
  },
  {
    title: 'A prefix with a parameter matches no path that lacks the segments behind it.',
    options: (site) => ({ root: site.at('main'), prefix: '/app/:version/public' }),
    steps: [
      { get: '/app/1.2.3/public/style.css', static: CSS },
      { get: '/app/1.2.3/private/style.css', static: NOT_FOUND },
    ],
  },
  {
    title: 'A malformed percent encoding is a 400.',
    options: (site) => ({ root: site.at('main'), prefix: '/app/:version' }),
    steps: [{ get: '/app/1.2.3/%E0%A4%A', static: MALFORMED }],
  },
  {
    title: 'schemaHide, true by default, hides the routes from descriptions of the API.',
    options: (site) => ({ root: site.at('main') }),
    before: noteHide,
    setUp: tellHide,
    steps: [{ get: '/hide', static: { json: [true] } }],
  },
  {
    title: 'schemaHide: false shows the routes in descriptions of the API.',
    options: (site) => ({ root: site.at('main'), schemaHide: false }),
    before: noteHide,
    setUp: tellHide,
    steps: [{ get: '/hide', static: { json: [false] } }],
  },
  {
    title: 'logLevel applies to the routes of files.',
    options: (site) => ({ root: site.at('main'), prefix: '/static/', logLevel: 'warn' }),
    steps: [
      { get: '/static/index.html', static: MAIN },
      { method: 'HEAD', get: '/static/index.html', static: { status: 200, body: '' } },
      { get: '/static/none.html', static: NOT_FOUND },
      { get: '/static/index.html', headers: { 'if-none-match': '*' }, static: { status: 304 } },
    ],
  },
  {
    title: 'serve: false gives the files no URL, and sendFile sends them.',
    options: (site) => ({ root: site.at('main'), prefix: '/static/', serve: false }),
    setUp: (app) => app.get('/own', sends('index.html')),
    steps: [
      { get: '/static/index.html', static: NOT_FOUND },
      { get: '/own', static: MAIN },
    ],
  },
  {
    title: 'decorateReply: false adds neither sendFile nor download.',
    options: (site) => ({ root: site.at('main'), prefix: '/static', decorateReply: false }),
    setUp: (app) =>
      app.get('/own', async (_request, reply) => [typeof reply.sendFile, typeof reply.download]),
    steps: [{ get: '/own', static: { json: ['undefined', 'undefined'] } }],
  },
  {
    title: 'A second registration must not add the decorators again, or does not.',
    difference: 'decorateReply',
    before: (app) => {
      app.decorateReply('sendFile', function () {
        return this
      })
    },
    start: { static: false, lastbyte: true },
  },
  {
    title: 'prefixAvoidTrailingSlash serves the prefix itself, or is refused.',
    difference: 'prefixAvoidTrailingSlash',
    options: (site) => ({
      root: site.at('main'),
      prefix: '/static',
      prefixAvoidTrailingSlash: true,
    }),
    start: { static: true, lastbyte: false },
  },
  {
    title: 'prefixAvoidTrailingSlash: false is the default.',
    options: (site) => ({
      root: site.at('main'),
      prefix: '/static',
      prefixAvoidTrailingSlash: false,
    }),
    steps: [{ get: '/static/', static: MAIN }],
  },
  {
    title: 'Another method than GET and HEAD is a 404, or a 405 with Allow and a 204 for OPTIONS.',
    difference: 'other methods',
    steps: [
      {
        method: 'POST',
        get: '/index.html',
        static: NOT_FOUND,
        lastbyte: { status: 405, fields: { allow: 'GET, HEAD, OPTIONS' } },
      },
      {
        method: 'OPTIONS',
        get: '/index.html',
        static: NOT_FOUND,
        lastbyte: { status: 204, fields: { allow: 'GET, HEAD, OPTIONS' } },
      },
      { method: 'DELETE', get: '/none.html', static: NOT_FOUND },
    ],
  },
]

/** Collects `schema.hide` of the routes of files, each value once. */
const hidden = new Set<unknown>()

function noteHide(app: Parameters<NonNullable<ParityRow['before']>>[0]): void {
  hidden.clear()
  app.addHook('onRoute', ({ url, schema }) => {
    if (url !== '/hide') hidden.add((schema as { hide?: unknown } | undefined)?.hide)
  })
}

function tellHide(app: Parameters<NonNullable<ParityRow['before']>>[0]): void {
  app.get('/hide', async () => [...hidden])
}
