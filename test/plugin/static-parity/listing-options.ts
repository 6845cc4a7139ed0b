import type { ParityRow } from '../../fixture/static-parity.js'
import type { Site } from '../../fixture/static-parity-site.js'

/** Options with which only one or neither plugin starts. */
function start(title: string, list: unknown, starts: { static: boolean; lastbyte?: boolean }) {
  return { title, options: (site: Site) => ({ root: site.at('main'), list }), start: starts }
}

export const LISTING_OPTIONS: readonly ParityRow[] = [
  {
    ...start(
      'list.format html needs list.render, or has a page of its own.',
      { format: 'html' },
      {
        static: false,
        lastbyte: true,
      },
    ),
    difference: 'list.render',
  },
  start('list.format is json or html.', { format: 'xml' }, { static: false }),
  start('list.names is an array.', { names: 'index' }, { static: false }),
  start('list.jsonFormat is names or extended.', { jsonFormat: 'long' }, { static: false }),
  start('list.render is a function.', { format: 'html', render: 'x' }, { static: false }),
  {
    ...start(
      'list.extendedFolderInfo adds the sizes of folders, or is refused.',
      { extendedFolderInfo: true },
      { static: true, lastbyte: false },
    ),
    difference: 'list.extendedFolderInfo',
  },
  {
    title: 'Several roots cannot be listed, or are listed together.',
    difference: 'list with several roots',
    options: (site) => ({ root: [site.at('main'), site.at('second')], list: true }),
    start: { static: false, lastbyte: true },
  },
]
