import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseListing } from '../../../src/source/upstream/parse-listing.js'

const TIME = Date.UTC(2026, 0, 2, 3, 4, 5)
const FOLDER = { name: 'more', kind: 'directory', size: 0, lastModified: TIME }
const FILE = { name: 'a b.mp4', kind: 'file', size: 7, lastModified: TIME }

describe('parseListing', () => {
  it.each([
    [
      'nginx',
      [
        { name: 'more', type: 'directory', mtime: 'Fri, 02 Jan 2026 03:04:05 GMT' },
        { name: 'a b.mp4', type: 'file', mtime: 'Fri, 02 Jan 2026 03:04:05 GMT', size: 7 },
        { name: 'socket', type: 'other', mtime: 'Fri, 02 Jan 2026 03:04:05 GMT' },
      ],
    ],
    [
      'Caddy',
      [
        {
          name: 'more/',
          is_dir: true,
          size: 4096,
          mod_time: '2026-01-02T03:04:05Z',
          url: './more/',
        },
        { name: 'a b.mp4', is_dir: false, size: 7, mod_time: '2026-01-02T03:04:05Z', mode: 420 },
      ],
    ],
    [
      'lastbyte and @fastify/static',
      {
        dirs: [{ name: 'more', stats: { size: 0, mtime: '2026-01-02T03:04:05.000Z' } }],
        files: [{ name: 'a b.mp4', stats: { size: 7, mtime: '2026-01-02T03:04:05.000Z' } }],
      },
    ],
  ])('reads that of %s', (_server, listing) => {
    expect(parseListing(JSON.stringify(listing))).toEqual([FOLDER, FILE])
  })

  it('reads names alone', () => {
    const listing = JSON.stringify({ dirs: ['more'], files: ['a b.mp4'] })
    const unknown = { size: 0, lastModified: 0 }
    expect(parseListing(listing)).toEqual([
      { ...FOLDER, ...unknown },
      { ...FILE, ...unknown },
    ])
  })

  it.each(['', '.', '..', '.hidden', 'a/b', '../a', '/etc/passwd', 'a\0b'])(
    'leaves out the name %j',
    (name) => {
      const items = [{ name, type: 'file', size: 1 }]
      expect(parseListing(JSON.stringify(items))).toEqual([])
      expect(parseListing(JSON.stringify({ dirs: [name], files: [name] }))).toEqual([])
    },
  )

  it.each([
    '',
    '<html>',
    'null',
    '1',
    '{}',
    '{"dirs":[]}',
    '[1]',
    '[null]',
    '[{"name":"a"}]',
    '[[',
  ])('takes %j for no listing', (text) => expect(parseListing(text)).toBeUndefined())

  it.each([[-1], [1.5], ['7'], [null], [2 ** 60]])('has 0 for the size %j', (size) => {
    const [entry] =
      parseListing(JSON.stringify([{ name: 'a', type: 'file', size, mtime: 'x' }])) ?? []
    expect(entry).toMatchObject({ size: 0, lastModified: 0 })
  })

  it('has only names of one segment, whatever it receives', () => {
    const value = fc.record({ name: fc.string(), type: fc.constantFrom('file', 'directory', 'x') })
    const listing = fc.oneof(
      fc.json(),
      fc.array(value).map((items) => JSON.stringify(items)),
    )
    fc.assert(
      fc.property(listing, (text) => {
        for (const { name, kind } of parseListing(text) ?? []) {
          expect(name).toMatch(/^[^./][^/]*$/)
          expect(['file', 'directory']).toContain(kind)
        }
      }),
    )
  })
})
