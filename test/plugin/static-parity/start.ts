import type { ParityRow } from '../../fixture/static-parity.js'

/** A value that neither plugin, or only one of them, starts with. */
function refused(
  what: string,
  options: NonNullable<ParityRow['options']>,
  more: Pick<ParityRow, 'difference'> & { readonly starts?: boolean } = {},
): ParityRow {
  const { starts, ...rest } = more
  const start = { static: false, ...(starts !== undefined && { lastbyte: starts }) }
  return { title: `The application does not start with ${what}.`, options, start, ...rest }
}

export const START: readonly ParityRow[] = [
  refused('no root', () => ({})),
  refused('a root that is no text', () => ({ root: 42 })),
  refused('a root that is a file', (site) => ({ root: site.at('main/index.html') })),
  refused('an empty array of roots', () => ({ root: [] })),
  refused('an empty array of roots and serve: false', () => ({ root: [], serve: false })),
  refused('an array of roots with one that is no text', (site) => ({ root: [site.at('main'), 1] })),
  refused('an array of roots of which one is a file', (site) => ({
    root: [site.at('main'), site.at('main/index.html')],
  })),
  refused('setHeaders that is no function', (site) => ({ root: site.at('main'), setHeaders: 'x' })),
  refused('wildcard that is a glob', (site) => ({ root: site.at('main'), wildcard: '**/*.html' })),
  refused('a relative root, or resolves it', () => ({ root: 'media' }), {
    difference: 'a relative root',
    starts: true,
  }),
  refused(
    'the same root twice, or starts',
    (site) => ({ root: [site.at('main'), site.at('main')] }),
    { difference: 'the same root twice', starts: true },
  ),
  {
    title: 'The application starts with an option that is unknown, or refuses it by name.',
    difference: 'unknown options',
    options: (site) => ({ root: site.at('main'), maxAeg: 1 }),
    start: { static: true, lastbyte: false },
  },
  {
    title:
      'The application starts with the options of send in an object of their own, or refuses that.',
    difference: 'send',
    options: (site) => ({ root: site.at('main'), send: { dotfiles: 'ignore' } }),
    start: { static: true, lastbyte: false },
  },
  {
    title: 'The application starts with a maxAge that is no time, or refuses it by name.',
    difference: 'values of the wrong form',
    options: (site) => ({ root: site.at('main'), maxAge: 'soon' }),
    start: { static: true, lastbyte: false },
  },
  {
    title: 'The application starts with dotfiles that is no rule, or refuses it by name.',
    difference: 'values of the wrong form',
    options: (site) => ({ root: site.at('main'), dotfiles: 'hide' }),
    start: { static: true, lastbyte: false },
  },
]
