import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  escapeHtml,
  type ListedEntry,
  listingPage,
  sortEntries,
} from '../../src/body/listing-page.js'
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
const rowOf = (listed: ListedEntry) =>
  listingPage('/', [listed]).split('<tbody>\n')[1]?.split('\n')[0]
/** Every href of a page, as a browser reads it. */
const hrefsOf = (page: string) =>
  [...page.matchAll(/ href="([^"]*)"/g)].map(([, href = '']) =>
    href.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)),
  )

describe('the order', () => {
  it.each([
    { what: 'by name', names: ['b', 'a', 'c'], want: ['a', 'b', 'c'] },
    { what: '2 before 10', names: ['film 10', 'film 2'], want: ['film 2', 'film 10'] },
    { what: 'letters, not code units', names: ['z', 'É', 'a'], want: ['a', 'É', 'z'] },
    { what: 'directories first', names: ['a', 'z/', 'b', 'y/'], want: ['y/', 'z/', 'a', 'b'] },
    { what: 'nothing', names: [], want: [] },
  ])('sortEntries: $what', ({ names, want }) => {
    const listed = names.map((name: string) => {
      return name.endsWith('/') ? entry(name, { kind: 'directory' }) : entry(name)
    })
    const before = [...listed]
    expect(sortEntries(listed).map(({ name }) => name)).toEqual(want)
    expect(listed).toEqual(before)
  })
})

describe('a row', () => {
  it('tells name, bytes and time of a file', () => {
    expect(rowOf(entry('film.mp4'))).toBe(
      '<tr><td><a href="./film.mp4">film.mp4</a></td>' +
        '<td>1,234,567</td><td>1994-11-06 08:49</td><td></td></tr>',
    )
  })

  it('marks a directory with a slash and tells no size', () => {
    expect(rowOf(entry('films', { kind: 'directory' }))).toContain(
      '<a href="./films/">films/</a></td><td></td>',
    )
  })

  it('leads to the page that plays it', () => {
    const row = rowOf(entry('a.mp4', { watch: '/-/watch/a&"<.mp4' }))
    expect(row).toContain('<a href="/-/watch/a&#38;&#34;&#60;.mp4">watch</a>')
  })

  it.each([1e17, -1e17, Number.NaN])('has no time for %d, which a Date cannot hold', (time) => {
    expect(rowOf(entry('a', { lastModified: time }))).toContain('</td><td></td><td></td></tr>')
  })
})

describe('names are text and lead where they stand', () => {
  it.each([
    { name: '"><script>alert(1)</script>', text: '&#34;&#62;&#60;script&#62;alert(1)' },
    { name: "' onclick='alert(1)", text: '&#39; onclick=&#39;alert(1)' },
    { name: 'a&b&lt;', text: 'a&#38;b&#38;lt;' },
    { name: 'javascript:alert(1)', text: 'javascript:alert(1)' },
    { name: 'http:', text: 'http:' },
    { name: 'C:film.mp4', text: 'C:film.mp4' },
    { name: '-rf', text: '-rf' },
    { name: '?query#fragment', text: '?query#fragment' },
    { name: '50%2e', text: '50%2e' },
    { name: ' ', text: ' ' },
    { name: '...', text: '...' },
    { name: 'café 🎬', text: 'café 🎬' },
  ])('listingPage with $name', ({ name, text }) => {
    const page = listingPage('/films/', [entry(name)])
    expect(page).toContain(`>${text}`)
    const [, href = ''] = hrefsOf(page)
    const { origin, pathname, search, hash } = new URL(href, 'http://host/films/')
    expect([origin, search, hash]).toEqual(['http://host', '', ''])
    expect(decodeURIComponent(pathname)).toBe(`/films/${name}`)
  })
})

describe('the page', () => {
  it.each([
    { path: '/', want: [] },
    { path: '/films/', want: ['../'] },
  ])('of $path leads up: $want', ({ path, want }) => {
    expect(hrefsOf(listingPage(path, []))).toEqual(want)
  })

  it('shows its own path as text', () => {
    const page = listingPage('/</title><script>/', [])
    expect(page).toContain('<title>/&#60;/title&#62;&#60;script&#62;/</title>')
    expect(page).toContain('<h1>/&#60;/title&#62;&#60;script&#62;/</h1>')
  })

  it('has the same markup whatever the names are', () => {
    const markup = (page: string) =>
      page.match(/<[^>]*>/g)?.map((tag) => tag.replace(/".*"/s, '""'))
    const text = anyText('<', '>', '"', "'", '&', '=', '/', ':', '\r\n')
    const name = text.map((noise) => noise.replace(/\p{Cs}/gu, ''))
    fc.assert(
      fc.property(name, name, (path, listed) => {
        const page = listingPage(`/${path}/`, [entry(listed, { watch: listed })])
        expect(markup(page)).toEqual(markup(listingPage('/a/', [entry('b', { watch: 'b' })])))
      }),
    )
  })
})

it('escapeHtml escapes what ends an element or a quoted attribute', () => {
  expect(escapeHtml(`<a href="b" c='d'>&`)).toBe('&#60;a href=&#34;b&#34; c=&#39;d&#39;&#62;&#38;')
})
