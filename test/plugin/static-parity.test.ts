import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import peer from '@fastify/static'
import { afterAll, describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import { type ParityFacts, type ParityRow, parityOf } from '../fixture/static-parity.js'
import { Site } from '../fixture/static-parity-site.js'
import { ALLOWED_PATH } from './static-parity/allowed-path.js'
import { ERRORS } from './static-parity/errors.js'
import { FILES } from './static-parity/files.js'
import { FOLDERS } from './static-parity/folders.js'
import { LISTING_OPTIONS } from './static-parity/listing-options.js'
import { LISTINGS } from './static-parity/listings.js'
import { OPTIONS } from './static-parity/options.js'
import { PATHS } from './static-parity/paths.js'
import { PRECOMPRESSED } from './static-parity/precompressed.js'
import { ROUTES } from './static-parity/routes.js'
import { SEND_FILE } from './static-parity/send-file.js'
import { START } from './static-parity/start.js'
import { TYPES } from './static-parity/types.js'

const THEMES: Readonly<Record<string, readonly ParityRow[]>> = {
  Files: FILES,
  Folders: FOLDERS,
  Routes: ROUTES,
  'reply.sendFile and reply.download': SEND_FILE,
  'The start of the application': START,
  Options: OPTIONS,
  allowedPath: ALLOWED_PATH,
  'Paths of requests': PATHS,
  'Precompressed files': PRECOMPRESSED,
  Listings: [...LISTINGS, ...LISTING_OPTIONS],
  Errors: ERRORS,
}

const site = new Site()
afterAll(() => site[Symbol.dispose]())

describe.each(Object.entries(THEMES))('%s', (_theme, rows) => {
  const titled = rows.map((row) => [row.title, row] as const)

  it.each(titled)('@fastify/static: %s', async (_title, row) => {
    expect(await parityOf(peer as never, row, site)).toMatchObject(expected(row, 'static'))
  })

  it.each(titled)('lastbyte: %s', async (_title, row) => {
    expect(await parityOf(lastbyte as never, row, site)).toMatchObject(expected(row, 'lastbyte'))
  })
})

/** What a plugin is expected to give: what the peer gives, where the row says nothing else. */
function expected({ start, steps = [] }: ParityRow, plugin: 'static' | 'lastbyte'): ParityFacts[] {
  if (start !== undefined) return [{ starts: start[plugin] ?? start.static }]
  return steps.map((step) => step[plugin] ?? step.static)
}

/** Whether lastbyte gives something else than the peer somewhere in a row. */
function differs({ start, steps = [] }: ParityRow): boolean {
  return start?.lastbyte !== undefined || steps.some(({ lastbyte }) => lastbyte !== undefined)
}

/** The cells of the table under a heading of a page, without the head of the table. */
function tableUnder(heading: string, page: string): string[][] {
  const [, text = ''] = page.split(`\n## ${heading}\n`)
  const [section = ''] = text.split('\n## ')
  const lines = section.split('\n').filter((line) => line.startsWith('| '))
  return lines.slice(2).map((line) => line.split(/ ?(?<!\\)\| ?/).slice(1, -1))
}

describe('docs/plugin.md under "Moving from @fastify/static"', () => {
  const rows = [...Object.values(THEMES).flat(), ...TYPES]
  const table = tableUnder('Moving from @fastify/static', readFileSync('docs/plugin.md', 'utf8'))

  it('lists exactly the subjects of the rows that differ', () => {
    const subjects = new Set(rows.filter(differs).map(({ difference }) => difference))
    expect(table.map(([subject]) => subject).sort()).toEqual([...subjects].sort())
  })

  it('says of each what either plugin does, why, and what to do', () => {
    for (const cells of table) {
      expect(cells).toHaveLength(4)
      for (const cell of cells) expect(cell).not.toBe('')
    }
  })

  it.each(rows.map((row) => [row.title, row] as const))('belongs to the row: %s', (_title, row) => {
    expect(row.difference !== undefined).toBe(differs(row))
  })

  it('is of the major version that runs here', () => {
    const { version } = createRequire(import.meta.url)('@fastify/static/package.json')
    const page = readFileSync('docs/plugin.md', 'utf8')
    const [, major] = /^Compared with @fastify\/static (\d+)\./m.exec(page) ?? []
    expect(major).toBe(version.split('.')[0])
  })
})
