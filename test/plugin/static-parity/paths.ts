import {
  FORBIDDEN,
  MALFORMED,
  NOT_FOUND,
  ok,
  type ParityApp,
  type ParityRow,
  to,
} from '../../fixture/static-parity.js'

/** A route of the application that protects a folder. */
function guard(app: ParityApp): void {
  app.all('/deep/*', async (_request, reply) => reply.code(401).send('guarded'))
}

const PAGE = 'deep/inner/leaf/page.html'
const GUARDED = { status: 401, body: 'guarded' }

/** Targets with dot segments that lead to the guarded file. */
const AROUND = [`/x/../${PAGE}`, `/x/%2e%2e/${PAGE}`, `/x/%2E%2E/${PAGE}`]

/** Targets with segments of one dot, and those without them. */
const WITHOUT_DOTS: Readonly<Record<string, string>> = {
  [`/./${PAGE}`]: `/${PAGE}`,
  [`/%2e/${PAGE}`]: `/${PAGE}`,
  [`/%2E/${PAGE}`]: `/${PAGE}`,
  [`/x/./${PAGE}`]: `/x/${PAGE}`,
  [`/${PAGE}/.`]: `/${PAGE}/`,
  [`/${PAGE}/%2e`]: `/${PAGE}/`,
  [`/${PAGE}/./`]: `/${PAGE}/`,
}

export const PATHS: readonly ParityRow[] = [
  {
    title: 'A target with dot segments gets around no route of the application.',
    difference: 'dot segments and doubled slashes',
    before: guard,
    steps: [
      { get: `/${PAGE}`, static: GUARDED },
      ...AROUND.map((get) => ({ get, static: FORBIDDEN, lastbyte: MALFORMED })),
    ],
  },
  {
    title: 'A target with a doubled slash gets around no route of the application.',
    difference: 'dot segments and doubled slashes',
    before: guard,
    steps: [{ get: `//${PAGE}`, static: FORBIDDEN, lastbyte: NOT_FOUND }],
  },
  {
    title: 'A target with an encoded slash gets around no route of the application.',
    difference: 'encoded slashes and backslashes',
    before: guard,
    steps: [
      {
        get: '/deep%2Finner/leaf/page.html',
        static: NOT_FOUND,
        lastbyte: MALFORMED,
      },
    ],
  },
  {
    title: 'A target with a backslash gets around no route of the application.',
    difference: 'encoded slashes and backslashes',
    before: guard,
    steps: [
      '/.\\deep\\inner\\leaf\\page.html',
      '/%2e%5cdeep%5cinner%5cleaf%5cpage.html',
      '/x\\deep',
    ].map((get) => ({ get, static: FORBIDDEN, lastbyte: MALFORMED })),
  },
  {
    title: 'Dot segments in the parameter of a prefix get around no route of the application.',
    difference: 'dot segments and doubled slashes',
    options: (site) => ({ root: site.at('main'), prefix: '/app/:version', decorateReply: false }),
    before: guard,
    steps: [
      { get: `/${PAGE}`, static: GUARDED },
      ...[`/app/../${PAGE}`, `/app/%2e%2e/${PAGE}`, `/app/%2E%2E/${PAGE}`].map((get) => ({
        get,
        static: FORBIDDEN,
        lastbyte: MALFORMED,
      })),
    ],
  },
  {
    title: 'A target with a segment of one dot gets around no route of the application.',
    difference: 'dot segments and doubled slashes',
    before: (app) => {
      guard(app)
      app.all('/x/*', async (_request, reply) => reply.code(401).send('guarded'))
    },
    steps: Object.entries(WITHOUT_DOTS)
      .filter(([get]) => !get.startsWith('/x/') && !get.startsWith('/deep/'))
      .map(([get, location]) => ({ get, static: FORBIDDEN, lastbyte: to(location) })),
  },
  {
    title: 'A target with a segment of one dot is refused, or redirected to the one without it.',
    difference: 'dot segments and doubled slashes',
    before: (app) =>
      app.all(`/${PAGE}`, async (_request, reply) => reply.code(401).send('guarded')),
    steps: [
      { get: `/${PAGE}`, static: GUARDED },
      ...Object.entries(WITHOUT_DOTS).map(([get, location]) => ({
        get,
        static: FORBIDDEN,
        lastbyte: to(location),
      })),
    ],
  },
  {
    title: 'A target with dot segments or doubled slashes is refused without a guard too.',
    difference: 'dot segments and doubled slashes',
    steps: [
      { get: '/style.css', static: ok('h1 { margin: 0 }') },
      { get: '/x/../style.css', static: FORBIDDEN, lastbyte: MALFORMED },
      { get: '/deep/inner/.', static: FORBIDDEN, lastbyte: to('/deep/inner/') },
      ...['//style.css', '/deep//inner/index.html'].map((get) => ({
        get,
        static: FORBIDDEN,
        lastbyte: NOT_FOUND,
      })),
    ],
  },
  {
    title: 'A target that a browser would take for another host is not redirected.',
    difference: 'dot segments and doubled slashes',
    options: (site) => ({ root: site.at('main'), redirect: true }),
    steps: [
      { get: '//^/..', static: FORBIDDEN, lastbyte: MALFORMED },
      { get: '//host/%2e%2e', static: FORBIDDEN, lastbyte: MALFORMED },
      { get: '//deep/inner', static: FORBIDDEN, lastbyte: NOT_FOUND },
    ],
  },
  {
    title: 'A target that leads out of the prefix is no file of the root.',
    difference: 'dot segments and doubled slashes',
    options: (site) => ({ root: site.at('main'), prefix: '/static' }),
    steps: [
      { get: '/static/../second/index.html', static: FORBIDDEN, lastbyte: MALFORMED },
      { get: '/static/%2e%2e/second/index.html', static: FORBIDDEN, lastbyte: MALFORMED },
    ],
  },
]
