import { describe, expect, it } from 'vitest'
import { metalinkUrl } from '../../src/check/digests/metalink.js'
import type { Exchange } from '../../src/check/subject/exchange.js'
import { metalinkLinks, mirrorUrls } from '../../src/http/metalink-links.js'

describe('metalinkLinks', () => {
  it('names the document relative to the request, and the mirrors in order', () => {
    const links = metalinkLinks('?metalink', ['https://a.example/f', 'https://b.example/f'])
    expect(links).toEqual([
      '<?metalink>; rel=describedby; type="application/metalink4+xml"',
      '<https://a.example/f>; rel=duplicate; pri=1',
      '<https://b.example/f>; rel=duplicate; pri=2',
    ])
  })

  it('names a document that a client finds', () => {
    const lines = metalinkLinks('?v=1&metalink', []).map((value) => ['link', value] as const)
    const request = { url: new URL('https://files.example/a/b%20c.mp4?v=1') }
    const url = metalinkUrl({ lines, request } as unknown as Exchange)
    expect(url?.href).toBe('https://files.example/a/b%20c.mp4?v=1&metalink')
  })
})

describe('mirrorUrls', () => {
  it('encodes the key below each base, and adds the signature', () => {
    const bases = ['https://a.example/', 'https://b.example/x/']
    expect(mirrorUrls(bases, 'd/ä b;c>.mp4', '?lb-key=k')).toEqual([
      'https://a.example/d/%C3%A4%20b;c%3E.mp4?lb-key=k',
      'https://b.example/x/d/%C3%A4%20b;c%3E.mp4?lb-key=k',
    ])
  })
})
