// The pages of which pictures are made, and that are checked.
import {
  pressed,
  reconnecting,
  showFrame,
  showGrid,
  shownTools,
  slowDownloads,
  twoFaults,
} from './preparations.mjs'
import { NAMES } from './site.mjs'

const watch = (name) => `/-/watch/${encodeURIComponent(name)}`

/**
 * `prepare(page, served)` runs when the page has loaded. `status` is that of the response (200), `accept` what it
 * is requested with.
 */
export const PAGES = [
  {
    name: 'listing',
    title: 'Listing',
    says: 'A folder, sorted by the URL and filtered as you type. Names keep their own direction, dates are exact on hover.',
    path: '/',
  },
  {
    name: 'listing-grid',
    title: 'Listing with posters',
    says: 'The same folder as a grid: `voyage.jpg` is the poster of `voyage.mp4`, `cover.jpg` that of its folder.',
    path: '/series/?view=grid',
    prepare: showGrid,
  },
  {
    name: 'readme',
    title: 'Listing with its README.md',
    says: '`serve --readme` renders README.md below the names, its HTML shown as text.',
    path: '/?q=README',
    prepare: (page) =>
      page.evaluate(() => document.querySelector('[class*=readme]')?.scrollIntoView()),
  },
  {
    name: 'player',
    title: 'Player',
    says: 'A film with its poster, subtitles, chapters, neighbours, and the bytes that have arrived.',
    path: watch('voyage.mp4'),
    prepare: showFrame,
  },
  {
    name: 'player-tools',
    title: 'Player, further down',
    says: 'Which bytes have arrived and by which attempt, chapters, and the next film of the folder.',
    path: watch('voyage.mp4'),
    prepare: shownTools,
  },
  {
    name: 'player-keys',
    title: 'Keys of the player',
    says: 'The question mark lists them.',
    path: watch('voyage.mp4'),
    prepare: pressed('?'),
  },
  {
    name: 'player-reconnecting',
    title: 'Player without its server',
    says: 'The server has been killed. The last frame stays, and the guard tells what it does.',
    path: watch('voyage.mp4'),
    prepare: reconnecting,
  },
  {
    name: 'player-long-name',
    title: 'Player of a file with a long name',
    says: 'A name wraps where it must.',
    path: watch(NAMES.long),
    prepare: showFrame,
  },
  {
    name: 'player-right-to-left',
    title: 'Player of a file with an Arabic name',
    says: 'A name that is written from right to left.',
    path: watch(NAMES.rightToLeft),
    prepare: showFrame,
  },
  {
    name: 'audio',
    title: 'Audio',
    says: 'Sound has the cover that is embedded in its file.',
    path: watch('nocturne.mp3'),
    prepare: showFrame,
  },
  {
    name: 'transfers',
    title: 'Transfers',
    says: '`serve --transfers`: who receives what at which rate, live, and a button that ends one.',
    path: '/-/transfers',
    prepare: slowDownloads,
  },
  {
    name: 'faults',
    title: 'Faults',
    says: '`serve --faults`: a form that arms a fault, the armed rules, and the journal of what they did.',
    path: '/-/faults',
    prepare: twoFaults,
  },
  {
    name: 'not-found',
    title: 'Error 404',
    says: 'A URL without a file. Programs receive problem details instead.',
    path: `/${encodeURIComponent(NAMES.hebrew)}/nothing-here`,
    status: 404,
  },
  {
    name: 'forbidden',
    title: 'Error 403',
    says: 'A name that begins with a dot, with `serve --dotfiles deny`.',
    path: '/.secret',
    status: 403,
  },
  {
    name: 'unavailable',
    title: 'Error 503',
    says: 'A server that is too busy.',
    path: '/voyage.vtt?lastbyte-fault=status;status=503;retry-after=120',
    status: 503,
  },
]
