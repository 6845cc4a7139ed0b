import { describe, expect, it } from 'vitest'
import { listingUrls } from '../../src/response/listing-urls.js'

const file = { name: 'a b.mp4', kind: 'file' } as const

describe('listingUrls', () => {
  it.each([
    ['/', '', '', { base: '', parent: '../', up: '' }, '/a%20b.mp4', '-/watch/a%20b.mp4'],
    [
      '/p/films/?x=1',
      'films/',
      'films/',
      { base: '', parent: '../', up: '../' },
      '/p/films/a%20b.mp4',
      '../-/watch/films/a%20b.mp4',
    ],
    [
      '/p/films',
      'films',
      'films/',
      { base: 'films/', parent: './', up: '' },
      '/p/films/a%20b.mp4',
      '-/watch/films/a%20b.mp4',
    ],
    ['/p', '', '', { base: 'p/', parent: './', up: 'p/' }, '/p/a%20b.mp4', 'p/-/watch/a%20b.mp4'],
    [
      '/p/x/f:1',
      'x/f:1',
      'x/f:1/',
      { base: 'f%3A1/', parent: './', up: '../' },
      '/p/x/f:1/a%20b.mp4',
      '../-/watch/x/f%3A1/a%20b.mp4',
    ],
    [
      '/p/films/ls.html',
      'films/ls.html',
      'films/',
      { base: '', parent: '../', up: '../' },
      '/p/films/a%20b.mp4',
      '../-/watch/films/a%20b.mp4',
    ],
  ])('of %s for the key "%s" in "%s"', (url, key, folder, place, href, watch) => {
    const urls = listingUrls(url, { key, folder })
    expect(urls.place).toEqual(place)
    expect(urls.href(file)).toBe(href)
    expect(urls.watch(file)).toBe(watch)
    expect(urls.watchBelow('/w')(file)).toBe(`/w${href}`)
    expect(urls.posters).toBe(watch.replace('watch', 'posters').replace('a%20b.mp4', ''))
  })

  it('has a slash at the end of a folder', () => {
    const urls = listingUrls('/', { key: '', folder: '' })
    expect(urls.href({ name: 'a', kind: 'directory' })).toBe('/a/')
  })
})
