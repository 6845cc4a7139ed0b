import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimeSlices } from '../../src/async/time-slices.js'
import { type ListedEntry, listingPage, sortEntries } from '../../src/pages/listing-page.js'
import { anyText } from '../fixture/any-text.js'

const entry = (name: string, more: Partial<ListedEntry> = {}): ListedEntry => {
  return {
    name,
    kind: 'file',
    size: 1_234_567,
    lastModified: Date.UTC(1994, 10, 6, 8, 49),
    ...more,
  }
}
const slices = new TimeSlices(new AbortController().signal)
const rowOf = async (listed: ListedEntry) =>
  (await listingPage('/', [listed], slices)).split('<tbody>\n')[1]?.split('\n')[0]
/** Every href of a page, with character references decoded. */
const hrefsOf = (page: string) =>
  [...page.matchAll(/ href="([^"]*)"/g)].map(([, href = '']) =>
    href.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)),
  )

describe('sortEntries', () => {
  it.each([
    { what: 'by name', names: ['b', 'a', 'c'], want: ['a', 'b', 'c'] },
    { what: 'numbers in numeric order', names: ['film 10', 'film 2'], want: ['film 2', 'film 10'] },
    {
      what: 'letters by the alphabet, not by code units',
      names: ['z', 'É', 'a'],
      want: ['a', 'É', 'z'],
    },
    {
      what: 'directories before files',
      names: ['a', 'z/', 'b', 'y/'],
      want: ['y/', 'z/', 'a', 'b'],
    },
    { what: 'an empty list', names: [], want: [] },
  ])('sorts $what, without changing its argument', async ({ names, want }) => {
    const listed = names.map((name: string) => {
      return name.endsWith('/') ? entry(name, { kind: 'directory' }) : entry(name)
    })
    const before = [...listed]
    expect((await sortEntries(listed, slices)).map(({ name }) => name)).toEqual(want)
    expect(listed).toEqual(before)
  })
})

describe('a row of listingPage', () => {
  it('shows the name, the size and the time of a file', async () => {
    expect(await rowOf(entry('film.mp4'))).toBe(
      '<tr><td><a href="film.mp4">film.mp4</a></td>' +
        '<td>1,234,567</td><td>1994-11-06 08:49</td><td></td></tr>',
    )
  })

  it('shows a directory with a slash and without a size', async () => {
    expect(await rowOf(entry('films', { kind: 'directory' }))).toContain(
      '<a href="films/">films/</a></td><td></td>',
    )
  })

  it('links to the page that plays the file', async () => {
    const row = await rowOf(entry('a.mp4', { watch: '/-/watch/a&"<.mp4' }))
    expect(row).toContain('<a href="/-/watch/a&#38;&#34;&#60;.mp4">watch</a>')
  })

  it.each([1e17, -1e17, Number.NaN])(
    'has an empty time for %d ms, which Date cannot represent',
    async (time) => {
      expect(await rowOf(entry('a', { lastModified: time }))).toContain(
        '</td><td></td><td></td></tr>',
      )
    },
  )
})

describe('listingPage escapes names as text and as links:', () => {
  it.each([
    { name: '"><script>alert(1)</script>', text: '&#34;&#62;&#60;script&#62;alert(1)' },
    { name: "' onclick='alert(1)", text: '&#39; onclick=&#39;alert(1)' },
    { name: 'a&b&lt;', text: 'a&#38;b&#38;lt;' },
    { name: 'javascript:alert(1)', text: 'javascript:alert(1)' },
    { name: 'http:', text: 'http:' },
    { name: 'C:film.mp4', text: 'C:film.mp4' },
    { name: 'a:b', text: 'a:b' },
    { name: '-rf', text: '-rf' },
    { name: '?query#fragment', text: '?query#fragment' },
    { name: '50%2e', text: '50%2e' },
    { name: ' ', text: ' ' },
    { name: '...', text: '...' },
    { name: 'café 🎬', text: 'café 🎬' },
  ])('$name', async ({ name, text }) => {
    const page = await listingPage('/films/', [entry(name)], slices)
    expect(page).toContain(`>${text}`)
    const [, href = ''] = hrefsOf(page)
    expect(href).not.toMatch(/^\.\/|:/)
    const { origin, pathname, search, hash } = new URL(href, 'http://host/films/')
    expect([origin, search, hash]).toEqual(['http://host', '', ''])
    expect(decodeURIComponent(pathname)).toBe(`/films/${name}`)
  })
})

describe('listingPage', () => {
  it.each([
    { path: '/', want: [] },
    { path: '/films/', want: ['../'] },
  ])('of $path has links to the parent: $want', async ({ path, want }) => {
    expect(hrefsOf(await listingPage(path, [], slices))).toEqual(want)
  })

  it('links from another URL than its own', async () => {
    const place = { base: 'films/', parent: './' }
    expect(hrefsOf(await listingPage('/films/', [entry('a:b')], slices, place))).toEqual([
      './',
      'films/a%3Ab',
    ])
  })

  it('escapes its own path', async () => {
    const page = await listingPage('/</title><script>/', [], slices)
    expect(page).toContain('<title>/&#60;/title&#62;&#60;script&#62;/</title>')
    expect(page).toContain('<h1>/&#60;/title&#62;&#60;script&#62;/</h1>')
  })

  it('has the same markup for any names', async () => {
    const markup = (page: string) =>
      page.match(/<[^>]*>/g)?.map((tag) => tag.replace(/".*"/s, '""'))
    const text = anyText('<', '>', '"', "'", '&', '=', '/', ':', '\r\n')
    const name = text.map((noise) => noise.replace(/\p{Cs}/gu, ''))
    await fc.assert(
      fc.asyncProperty(name, name, async (path, listed) => {
        const page = await listingPage(`/${path}/`, [entry(listed, { watch: listed })], slices)
        expect(markup(page)).toEqual(
          markup(await listingPage('/a/', [entry('b', { watch: 'b' })], slices)),
        )
      }),
    )
  })
})

it('listingPage shows names and paths without characters on which a terminal or the direction of text acts', async () => {
  const name = 'a\x1b[2J\u009b\u202egpj.exe'
  const entry = { name, kind: 'file', size: 1, lastModified: 0 } as const
  const page = await listingPage(`/${name}/`, [entry], slices)
  expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
  expect(page).toContain('>a\\u001b[2J\\u009b\\u202egpj.exe</a>')
  expect(page).toContain(`href="${encodeURIComponent(name)}"`)
})
