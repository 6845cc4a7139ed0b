import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { TimeSlices } from '../../src/async/time-slices.js'
import { prepareListing } from '../../src/response/prepare-listing.js'
import type { PreparedResponse } from '../../src/response/prepared-response.js'
import type { Settings } from '../../src/settings/settings.js'
import type { Entry } from '../../src/source/entry.js'

const ENTRIES: Entry[] = [
  { name: 'b #1.mp4', kind: 'file', size: 5, lastModified: 86_400_000 },
  { name: 'a.txt', kind: 'file', size: 3, lastModified: 0 },
  { name: 'dir', kind: 'directory', size: 0, lastModified: 0 },
]

type Listing = Extract<PreparedResponse, { kind: 'payload' }>

async function listed(
  settings: Pick<Settings, 'list' | 'watch' | 'pages'> & Partial<Pick<Settings, 'zip'>>,
  {
    url = '/films/?x=1',
    key = 'films/',
    accept,
  }: { url?: string; key?: string; accept?: string } = {},
): Promise<Listing> {
  const app = Fastify()
  let listing: PreparedResponse | undefined
  app.get('/*', async (_request, reply) => {
    const folder = { key, folder: 'films/', entries: ENTRIES }
    const slices = new TimeSlices(new AbortController().signal)
    listing = await prepareListing({ zip: undefined, ...settings }, folder, reply, slices)
    return ''
  })
  await app.inject({ url, headers: accept === undefined ? {} : { accept } })
  await app.close()
  return listing as Listing
}

describe('prepareListing', () => {
  it.each([
    [undefined, 'text/html; charset=utf-8'],
    ['*/*', 'text/html; charset=utf-8'],
    ['text/html, application/json;q=0.5', 'text/html; charset=utf-8'],
    ['application/json', undefined],
    ['application/json, text/html;q=0.9', undefined],
    ['image/png', 'text/html; charset=utf-8'],
  ])(
    'for Accept: %s returns a listing with the Content-Type %s (RFC 9110 §12.5.1)',
    async (accept, type) => {
      const { fields } = await listed(
        { list: {}, watch: undefined, pages: false },
        accept ? { accept } : {},
      )
      expect(fields['content-type']).toBe(type)
      expect(fields).toMatchObject({ vary: 'Accept', 'cache-control': 'no-cache' })
    },
  )

  it.each([
    ['?format=json', undefined],
    ['?x=1&format=html', 'text/html; charset=utf-8'],
    ['?format=xml', 'text/html; charset=utf-8'],
  ])(
    'for the query %s returns the Content-Type %s, whatever the settings say',
    async (query, type) => {
      const format = query.endsWith('html') ? 'json' : 'html'
      const settings = { list: { format }, watch: undefined, pages: false } as const
      const { fields } = await listed(settings, { url: `/films/${query}` })
      expect(fields['content-type']).toBe(type)
    },
  )

  it('returns the format of the settings whatever Accept prefers', async () => {
    const json = await listed(
      { list: { format: 'json' }, watch: undefined, pages: false },
      { accept: 'text/html' },
    )
    expect(json.payload).toEqual({ dirs: ['dir'], files: ['a.txt', 'b #1.mp4'] })
  })

  it('returns directories first, with the URL, the size and the mtime of each entry', async () => {
    const list = { format: 'json', jsonFormat: 'extended' } as const
    const { payload } = await listed({ list, watch: undefined, pages: false })
    expect(payload).toMatchObject({
      dirs: [{ name: 'dir', href: '/films/dir/' }],
      files: [
        { name: 'a.txt', href: '/films/a.txt', stats: { size: 3, mtimeMs: 0 } },
        { name: 'b #1.mp4', href: '/films/b%20%231.mp4', stats: { mtime: new Date(86_400_000) } },
      ],
    })
  })

  it('renders HTML with the function of the settings', async () => {
    const render = (dirs: readonly { name: string }[], files: readonly { name: string }[]) =>
      [...dirs, ...files].map(({ name }) => name).join()
    const { payload } = await listed({ list: { render }, watch: undefined, pages: false })
    expect(payload).toBe('dir,a.txt,b #1.mp4')
  })

  it('links media files to the watch page', async () => {
    const { payload } = await listed({ list: {}, watch: '/-/watch', pages: false })
    expect(payload).toContain('/-/watch/films/b%20%231.mp4')
    expect(payload).not.toContain('/-/watch/films/a.txt')
  })

  it.each([
    ['/p/films/', 'films/', 'a.txt', '../'],
    ['/p/films', 'films', 'films/a.txt', './'],
    ['/p/films/ls.html', 'films/ls.html', 'a.txt', '../'],
    ['/p/fi%6Cms?/', 'films', 'fi%6Cms/a.txt', './'],
  ])('links from %s to the entries of the directory', async (url, key, link, parent) => {
    const { payload } = await listed({ list: {}, watch: '/-/watch', pages: false }, { url, key })
    expect(payload).toContain(`href="${link}"`)
    expect(payload).toContain(`href="${parent}"`)
    expect(payload).toContain('<title>/films/</title>')
    const folder = url.startsWith('/p/fi%6C') ? '/p/fi%6Cms/' : '/p/films/'
    expect(payload).toContain(`/-/watch${folder}b%20%231.mp4`)
  })

  it('links from a name with a colon to its entries, not to a scheme', async () => {
    const { payload } = await listed(
      { list: {}, watch: undefined, pages: false },
      { url: '/p/a:/films', key: 'films' },
    )
    expect(payload).toContain('href="films/a.txt"')
    const named = { url: '/p/f:ilms', key: 'films' }
    expect((await listed({ list: {}, watch: undefined, pages: false }, named)).payload).toContain(
      'href="f%3Ailms/a.txt"',
    )
  })
})
