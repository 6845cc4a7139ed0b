import { describe, expect, it } from 'vitest'
import { urlWith } from '../../../src/pages/scripts/url-with.js'

describe('urlWith', () => {
  it.each([
    ['http://h/a/', { q: 'x y' }, 'http://h/a/?q=x+y'],
    ['http://h/a/?sort=size&q=b', { q: 'é' }, 'http://h/a/?sort=size&q=%C3%A9'],
    ['http://h/a/?sort=size&q=b', { q: '' }, 'http://h/a/?sort=size'],
    ['http://h/a/?q=b', { q: '' }, 'http://h/a/'],
  ])('of %s with %j is %s', (url, parameters, want) => {
    expect(urlWith(url, parameters)).toBe(want)
  })
})
