import { describe, expect, it } from 'vitest'
import { parseMetalink } from '../../src/check/digests/metalink.js'
import { formatMetalink, pieceLength } from '../../src/http/metalink-document.js'

const MIB = 1024 ** 2
const FILE = { name: 'f', size: 5, digest: undefined, pieces: undefined, urls: [] }

describe('pieceLength', () => {
  it.each([
    [0, undefined],
    [1, undefined],
    [MIB, undefined],
    [MIB + 1, MIB],
    [1024 * MIB, MIB],
    [1024 * MIB + 1, 2 * MIB],
    [8 * 1024 * MIB, 8 * MIB],
    [Number.MAX_SAFE_INTEGER, 8 * 1024 * 1024 * MIB],
  ])('of %d bytes is %s', (size, expected) => {
    expect(pieceLength(size)).toBe(expected)
    if (expected !== undefined) expect(Math.ceil(size / expected)).toBeLessThanOrEqual(1024)
  })
})

describe('formatMetalink', () => {
  it('has the size, the digests and the URLs of a file', () => {
    const text = formatMetalink({
      name: 'film.mp4',
      size: MIB + 1,
      digest: Buffer.alloc(32, 0xab),
      pieces: Buffer.concat([Buffer.alloc(32, 1), Buffer.alloc(32, 2)]),
      urls: ['http://a.example/film.mp4', 'http://b.example/film.mp4'],
    })
    expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <file name="film.mp4">
    <size>1048577</size>
    <hash type="sha-256">${'ab'.repeat(32)}</hash>
    <pieces length="1048576" type="sha-256">
      <hash>${'01'.repeat(32)}</hash>
      <hash>${'02'.repeat(32)}</hash>
    </pieces>
    <url priority="1">http://a.example/film.mp4</url>
    <url priority="2">http://b.example/film.mp4</url>
  </file>
</metalink>
`)
    const [file] = parseMetalink(text)
    expect(file).toMatchObject({ name: 'film.mp4', size: MIB + 1 })
    expect(file?.hashes.get('sha-256')).toBe('ab'.repeat(32))
  })

  it('leaves out what is not known', () => {
    expect(formatMetalink(FILE)).not.toMatch(/hash|pieces|url /)
  })

  it.each([
    ['markup', '"><url>x</url>&amp;', '&quot;&gt;&lt;url&gt;x&lt;/url&gt;&amp;amp;'],
    ['what XML has no form for', 'a\u0001\ufffe\ud800b', 'a\ufffd\ufffd\ufffdb'],
    ['every other character', 'ä \u{1f600} \ufffd\u{10ffff}', 'ä \u{1f600} \ufffd\u{10ffff}'],
  ])('writes a name with %s so that no other element begins', (_what, name, expected) => {
    expect(formatMetalink({ ...FILE, name })).toContain(`<file name="${expected}">`)
    expect(formatMetalink({ ...FILE, urls: [name] })).toContain(`>${expected}</url>`)
  })
})
