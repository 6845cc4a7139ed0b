import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimeSlices } from '../../src/async/time-slices.js'
import { inlineStyle } from '../../src/pages/inline-style.js'
import type { ListedEntry } from '../../src/pages/listed-entry.js'
import { type Listing, listingPage } from '../../src/pages/listing-page.js'
import { readListingView } from '../../src/pages/listing-view.js'
import { anyText } from '../fixture/any-text.js'

const entry = (name: string, more: Partial<ListedEntry> = {}): ListedEntry => {
  return { name, kind: 'file', size: 5, lastModified: Date.UTC(1994, 10, 6), ...more }
}
const slices = new TimeSlices(new AbortController().signal)

function page(path: string, entries: ListedEntry[], more: Partial<Listing> = {}): Promise<string> {
  const up = '../'.repeat(path.split('/').length - 2)
  const place = { base: '', parent: '../', up }
  const rest = { total: entries.length, view: readListingView(''), now: Date.UTC(1994, 10, 7) }
  return listingPage({ path, entries, place, ...rest, ...more }, slices)
}
/** Every href of a link, with character references decoded. */
const linksOf = (html: string) =>
  [...html.matchAll(/<a href="([^"]*)"/g)].map(([, href = '']) =>
    href.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)),
  )

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
    const html = await page('/films/', [entry(name)])
    expect(html).toContain(`>${text}`)
    const hrefs = linksOf(html).slice(2)
    // The link to the file, and the one that downloads it.
    expect(hrefs).toEqual([hrefs[0], hrefs[0]])
    const [href = ''] = hrefs
    expect(href).not.toMatch(/^\.\/|:/)
    const { origin, pathname, search, hash } = new URL(href, 'http://host/films/')
    expect([origin, search, hash]).toEqual(['http://host', '', ''])
    expect(decodeURIComponent(pathname)).toBe(`/films/${name}`)
  })
})

describe('listingPage', () => {
  it.each([
    { path: '/', want: [], parents: [] },
    { path: '/films/', want: ['../', '../'], parents: ['Files'] },
    {
      path: '/films/a b/c/',
      want: ['../../../', '../../../films/', '../../../films/a%20b/', '../'],
      parents: ['Files', '<bdi>films</bdi>', '<bdi>a b</bdi>'],
    },
  ])('of $path has links to the folders above it: $want', async ({ path, want, parents }) => {
    const html = await page(path, [])
    expect(linksOf(html)).toEqual(want)
    expect([...html.matchAll(/<li><a[^>]*>(.*?)<\/a>/g)].map(([, text]) => text)).toEqual(parents)
  })

  it('links from another URL than its own', async () => {
    const place = { base: 'films/', parent: './', up: './' }
    const listed = { place, posters: '-/posters/films/' }
    const html = await page('/films/', [entry('a:b')], listed)
    expect(linksOf(html)).toEqual(['./', './', 'films/a%3Ab', 'films/a%3Ab'])
    expect(html).toContain('data-posters="-/posters/films/" data-base="films/"')
  })

  it('escapes its own path', async () => {
    const html = await page('/</title><script>/', [])
    expect(html).toContain('<title>/&#60;/title&#62;&#60;script&#62;/</title>')
    expect(html).toContain('<h1><bdi>title&#62;&#60;script&#62;</bdi></h1>')
  })

  it('loads the stylesheet and the script from the folder of the registration', async () => {
    const html = await page('/films/new/', [])
    expect(html).toContain('href="../../-/assets/lastbyte.css"')
    expect(html).toContain('src="../../-/assets/listing.js"')
  })

  it('has its style and no script where no route serves them', async () => {
    const listed = { style: inlineStyle('a{color:red}') }
    const html = await page('/', [entry('a.png', { poster: 'a.png' })], listed)
    expect(html).toContain('<style>a{color:red}</style>')
    expect(html).not.toMatch(/<script|stylesheet|data-poster/)
    expect(html.match(/href="[^"]*"/g), 'one reference for each name').toEqual(['href="a.png"'])
  })

  it('has pictures as data for the script, and as images in the grid of a query', async () => {
    const own = entry('a.mp4', { poster: '-/posters/a.mp4' })
    const entries = [own, entry('b.mp4', { poster: 'b.jpg' }), entry('c.txt')]
    const listed = { posters: '-/posters/' }
    const list = await page('/', entries, listed)
    expect(list.match(/<tr class="lb-(?:video|text)"[^>]*>/g)).toEqual([
      '<tr class="lb-video" data-poster>',
      '<tr class="lb-video" data-poster="b.jpg">',
      '<tr class="lb-text">',
    ])
    expect(list).not.toContain('<img')
    const grid = await page('/', entries, { ...listed, view: readListingView('?view=grid') })
    expect(grid.match(/<img[^>]*>/g)).toEqual([
      '<img src="-/posters/a.mp4" alt="" loading="lazy" decoding="async">',
      '<img src="b.jpg" alt="" loading="lazy" decoding="async">',
    ])
    expect(grid).toContain('lb-grid" id="listing" data-view-named')
  })

  it('announces how many names there are, and how many match a filter', async () => {
    const entries = [entry('a'), entry('b', { kind: 'directory' })]
    expect(await page('/', entries)).toContain('aria-live="polite">1 folder, 1 file</p>')
    const filtered = { view: readListingView('?q=a'), total: 7 }
    expect(await page('/', entries, filtered)).toContain('>2 of 7 names match</p>')
  })

  it('has the text of the folder below the names', async () => {
    const readme = { name: 'READ"ME.md', html: '<p>x</p>\n' }
    expect(await page('/', [], { readme })).toContain(
      '</table>\n<section class="lb-readme" aria-label="READ&#34;ME.md">\n<p>x</p>\n</section>',
    )
  })

  it('has no link besides those to entries and folders, so that a program which follows all ends', async () => {
    const view = readListingView('?sort=size&order=desc&q=a&view=grid')
    const html = await page('/films/', [entry('a.mp4', { watch: '../-/watch/films/a.mp4' })], {
      view,
    })
    expect(linksOf(html)).toEqual(['../', '../', 'a.mp4', '../-/watch/films/a.mp4', 'a.mp4'])
    expect(html).not.toMatch(/action=|<a[^>]*[?]/)
  })

  it('takes for 10,000 names as much of the response as 10,000 times a row', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `film ${10_000 + index}.mp4`)
    const listed = { posters: '../-/posters/films/' }
    const row = (name: string) =>
      entry(name, { watch: `../-/watch/films/${name}`, poster: `../-/posters/films/${name}` })
    const html = await page('/films/', names.map(row), listed)
    const none = await page('/films/', [], listed)
    // The bytes of a row with a name of 14 characters: what a browser parses decides how fast the page appears.
    expect((html.length - none.length) / 10_000).toBeLessThan(430)
    expect(html.match(/<(?!\/)/g)?.length).toBeLessThan(12 * 10_000 + 100)
  })

  it('has the same markup for any names', async () => {
    const markup = (html: string) =>
      html.match(/<[^>]*>/g)?.map((tag) => tag.replace(/="[^"]*"/gs, '=""'))
    const name = anyText('<', '>', '"', "'", '&', '=', '/', ':', '\r\n').map((text) => {
      return text.replaceAll('/', '')
    })
    const listed = { kind: 'directory', watch: 'x', poster: 'y' } as const
    await fc.assert(
      fc.asyncProperty(name, name, async (path, other) => {
        const html = await page(`/${path}/`, [entry(other, listed)])
        expect(markup(html)).toEqual(markup(await page('/a/', [entry('b', listed)])))
      }),
    )
  })

  it('shows names and paths without characters on which a terminal or the direction of text acts', async () => {
    const name = 'a\x1b[2J\u009b\u202egpj.exe'
    const html = await page(`/${name}/`, [entry(name)])
    expect(html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    expect(html).toContain('>a\\u001b[2J\\u009b\\u202egpj.exe</a>')
    expect(html).toContain(`href="${encodeURIComponent(name)}"`)
  })
})
