import { describe, expect, it } from 'vitest'
import type { ListedEntry } from '../../src/pages/listed-entry.js'
import { listingRow, type RowSettings } from '../../src/pages/listing-row.js'

const NOW = Date.UTC(1994, 10, 6, 11)
const row = (entry: Partial<ListedEntry>, settings: Partial<RowSettings> = {}) =>
  listingRow(
    {
      name: 'film.mp4',
      kind: 'file',
      size: 1_234_567,
      lastModified: Date.UTC(1994, 10, 6, 8, 49, 37),
      ...entry,
    },
    { base: '', now: NOW, posters: 'none', downloads: 'link', ...settings },
  )

describe('listingRow', () => {
  it('shows the name, the size and the age of a file, with exact values on hover and for programs', () => {
    expect(row({})).toBe(
      '<tr class="lb-video"><th scope="row"><bdi><a href="film.mp4">film.mp4</a></bdi></th>' +
        '<td data-bytes="1234567" title="1,234,567 bytes">1.2 MB</td>' +
        '<td><time datetime="1994-11-06T08:49:37.000Z" title="1994-11-06 08:49:37 UTC">2 hours ago</time></td>' +
        '<td><a href="film.mp4" download>Download</a></td></tr>',
    )
  })

  it('shows a directory with a slash, without a size and a download', () => {
    expect(row({ name: 'films', kind: 'directory', lastModified: Number.NaN })).toBe(
      '<tr class="lb-folder"><th scope="row"><bdi><a href="films/">films/</a></bdi></th>' +
        '<td></td><td></td><td></td></tr>',
    )
  })

  it('links to the page that plays the file', () => {
    expect(row({ watch: '../-/watch/a&"<.mp4' })).toContain(
      '<td><a href="../-/watch/a&#38;&#34;&#60;.mp4">Watch</a><a href="film.mp4" download>',
    )
  })

  it.each([1e17, -1e17, Number.NaN])(
    'has an empty time for %d ms, which Date cannot represent',
    (time) => {
      expect(row({ lastModified: time })).toContain('1.2 MB</td><td></td><td>')
    },
  )

  it('links from the URL of the directory without a slash', () => {
    expect(row({ name: 'a b' }, { base: 'films/' })).toContain('<a href="films/a%20b">a b</a>')
  })

  it.each([
    ['none', 'x.jpg', '<tr class="lb-video"><th scope="row"><bdi>'],
    ['attribute', 'x.jpg', '<tr class="lb-video" data-poster="x.jpg"><th scope="row"><bdi>'],
    ['attribute', 'p/film.mp4', '<tr class="lb-video" data-poster><th scope="row"><bdi>'],
    ['attribute', undefined, '<tr class="lb-video"><th scope="row"><bdi>'],
    ['image', undefined, '<tr class="lb-video"><th scope="row"><bdi>'],
    [
      'image',
      'x"y.jpg',
      '<tr class="lb-video"><th scope="row"><img src="x&#34;y.jpg" alt="" loading="lazy" decoding="async"><bdi>',
    ],
  ] as const)('has as %s the picture %s', (posters, poster, start) => {
    expect(row({ poster }, { posters, route: 'p/' }).startsWith(start)).toBe(true)
  })

  it('shows a name with a lone surrogate, which has no URL', () => {
    expect(row({ name: 'a\ud800.txt' })).toContain('<a href="a%EF%BF%BD.txt">a\ud800.txt</a>')
  })
})
