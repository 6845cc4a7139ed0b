import {
  FORBIDDEN,
  MALFORMED,
  matching,
  NOT_FOUND,
  ok,
  type ParityRow,
} from '../../fixture/static-parity.js'
import type { Site } from '../../fixture/static-parity-site.js'

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const HTML_TYPE = { 'content-type': matching(/^text\/html/) }
const MEDIA = { dirs: ['empty'], files: ['photo.jpg'] }
const SECOND = { dirs: [], files: ['index.html', 'only.html'] }

const listed =
  (list: unknown, more: object = {}) =>
  (site: Site) => ({
    root: site.at('main'),
    prefix: '/public',
    redirect: false,
    index: false,
    list,
    ...more,
  })

interface Named {
  readonly href: string
  readonly stats: { readonly size?: number; readonly atime?: Date; readonly mtime?: Date }
}

/** A page of nothing but the hrefs. */
function hrefs(dirs: readonly Named[], files: readonly Named[]): string {
  return JSON.stringify([dirs, files].map((all) => all.map(({ href }) => href).sort()))
}

export const LISTINGS: readonly ParityRow[] = [
  {
    title: 'A folder without an index is listed, in JSON by default, or in HTML.',
    difference: 'the format of a listing',
    options: listed(true),
    steps: [
      {
        get: '/public/media/',
        static: { status: 200, json: MEDIA, fields: JSON_TYPE },
        lastbyte: { status: 200, fields: HTML_TYPE },
      },
      {
        get: '/public/media/',
        headers: { accept: 'application/json' },
        static: { status: 200, json: MEDIA, fields: JSON_TYPE },
      },
    ],
  },
  {
    title: 'list with format: json lists a folder in JSON, by its URL with and without a slash.',
    options: listed({ format: 'json' }),
    steps: [
      { get: '/public/media', static: { status: 200, json: MEDIA, fields: JSON_TYPE } },
      { get: '/public/media/', static: { status: 200, json: MEDIA, fields: JSON_TYPE } },
      { get: '/public/media/empty/', static: { status: 200, json: { dirs: [], files: [] } } },
    ],
  },
  ...[false, []].map((index) => ({
    title: `A folder with an index is listed with index: ${JSON.stringify(index)}.`,
    options: (site: Site) => ({ root: site.at('second'), index, list: { format: 'json' } }),
    steps: [{ get: '/', static: { status: 200, json: SECOND } }],
  })),
  {
    title: 'A folder with an index is sent its index where there is a list.',
    options: listed({ format: 'json' }, { index: 'index.html' }),
    steps: [
      { get: '/public/', static: ok('<h1>main</h1>') },
      { get: '/public/media', static: { status: 200, json: MEDIA } },
    ],
  },
  {
    title: 'A folder without an index is listed by its URL with a slash with index: false alone.',
    difference: 'a listing beside an index',
    options: listed({ format: 'json' }, { index: 'index.html' }),
    steps: [{ get: '/public/media/', static: NOT_FOUND, lastbyte: { status: 200, json: MEDIA } }],
  },
  {
    title: 'A listing has names that start with a dot with dotfiles: allow alone.',
    options: (site) => ({
      root: site.at('hidden'),
      index: false,
      dotfiles: 'allow',
      list: { format: 'json' },
    }),
    steps: [{ get: '/', static: { json: { dirs: ['.secret'], files: [] } } }],
  },
  ...['deny', 'ignore'].map((dotfiles) => ({
    title: `A listing has no names that start with a dot with dotfiles: ${dotfiles}.`,
    options: (site: Site) => ({
      root: site.at('hidden'),
      index: false,
      dotfiles,
      list: { format: 'json' },
    }),
    steps: [{ get: '/', static: { json: { dirs: [], files: [] } } }],
  })),
  {
    title: 'list.names are further URLs of a listing, unless a file has the name.',
    options: (site) => ({
      root: site.at('second'),
      prefix: '/public',
      index: false,
      list: { format: 'html', names: ['index', 'index.html'], render: () => 'rendered' },
    }),
    steps: [
      { get: '/public/index', static: ok('rendered', HTML_TYPE) },
      { get: '/public/index.html', static: ok('<h1>second</h1>') },
      { get: '/public/', static: ok('rendered') },
    ],
  },
  {
    title: 'A listing of a folder that is absent is a 404.',
    options: listed({ format: 'json', names: ['index'] }),
    steps: [
      { get: '/public/none/', static: NOT_FOUND },
      { get: '/public/none/index', static: NOT_FOUND },
    ],
  },
  {
    title: 'list.render gets the entries with their hrefs, which encode the names.',
    options: (site) => ({
      root: site.at('reserved'),
      prefix: '/public',
      index: false,
      dotfiles: 'ignore',
      list: {
        format: 'html',
        names: ['index'],
        render: (_dirs: Named[], files: Named[]) => hrefs([], files),
      },
    }),
    steps: ['/public/', '/public/index'].map((get) => ({
      get,
      static: {
        status: 200,
        json: [
          [],
          [
            '/public/100%25%23.txt',
            '/public/a%23b.txt',
            '/public/a%2523b.txt',
            '/public/a%3Fb.txt',
          ],
        ],
      },
    })),
  },
  {
    title: 'The href of a folder has no slash at its end, or has one.',
    difference: 'the href of a folder',
    options: listed({ format: 'html', render: hrefs }),
    steps: [
      {
        get: '/public/deep/',
        static: { json: [['/public/deep/inner'], []] },
        lastbyte: { json: [['/public/deep/inner/'], []] },
      },
    ],
  },
  {
    title:
      'The stats of list.render and of jsonFormat: extended are of fs.Stats, or size and mtime.',
    difference: 'the stats of a listing',
    options: listed({
      format: 'html',
      render: (_dirs: Named[], files: Named[]) =>
        JSON.stringify(
          files.map(({ stats }) => [stats.size, typeof stats.mtime, typeof stats.atime]),
        ),
    }),
    steps: [
      {
        get: '/public/media/',
        static: { json: [[4, 'object', 'object']] },
        lastbyte: { json: [[4, 'object', 'undefined']] },
      },
    ],
  },
  {
    title: 'jsonFormat: extended lists objects with names and stats.',
    options: listed({ format: 'json', jsonFormat: 'extended' }),
    steps: [
      {
        get: '/public/media/',
        static: {
          status: 200,
          json: { dirs: [{ name: 'empty' }], files: [{ name: 'photo.jpg', stats: { size: 4 } }] },
        },
      },
    ],
  },
  {
    title: 'The query parameter format overrides list.format.',
    options: listed({ format: 'json', render: () => 'rendered' }),
    steps: [
      { get: '/public/media/', static: { status: 200, json: MEDIA, fields: JSON_TYPE } },
      { get: '/public/media/?format=html', static: ok('rendered', HTML_TYPE) },
      { get: '/public/media/?format=json', static: { status: 200, json: MEDIA } },
    ],
  },
  {
    title: 'The query parameter format overrides list.format html.',
    options: listed({ format: 'html', render: () => 'rendered' }),
    steps: [
      { get: '/public/media/', static: ok('rendered', HTML_TYPE) },
      { get: '/public/media/?format=html', static: ok('rendered', HTML_TYPE) },
      { get: '/public/media/?format=json', static: { status: 200, json: MEDIA } },
    ],
  },
  {
    title: 'HTML without list.render is an error, or a page of links.',
    difference: 'list.render',
    options: listed({ format: 'json' }),
    steps: [
      {
        get: '/public/media/?format=html',
        static: { status: 500 },
        lastbyte: { status: 200, body: matching(/photo\.jpg/) as string, fields: HTML_TYPE },
      },
    ],
  },
  {
    title: 'A listing leads out of the root by no target.',
    difference: 'dot segments and doubled slashes',
    options: listed({ format: 'json' }, { index: false }),
    steps: ['/public/../', '/public/../second/'].map((get) => ({
      get,
      static: FORBIDDEN,
      lastbyte: MALFORMED,
    })),
  },
  {
    title: 'list.render that throws is an error of the application.',
    options: listed({
      format: 'html',
      render: () => {
        throw new Error('rendering')
      },
    }),
    steps: [{ get: '/public/media/', static: { status: 500, json: { message: 'rendering' } } }],
  },
]
