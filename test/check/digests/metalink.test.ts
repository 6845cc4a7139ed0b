import { expect, it } from 'vitest'
import { metalinkUrl, parseMetalink } from '../../../src/check/digests/metalink.js'
import { exchangeWith } from '../../fixture/exchange.js'

const TYPE = 'type="application/metalink4+xml"'

it.each([
  [`<a.meta4>; rel=describedby; ${TYPE}`, 'http://example.test/a.meta4'],
  [`</m?a,b>; ${TYPE}; rel="alternate DescribedBy"`, 'http://example.test/m?a,b'],
  [`<https://b.test/a.meta4>;rel=describedby;${TYPE}`, 'https://b.test/a.meta4'],
  [`<x>; rel=duplicate; pri=1, <a.meta4>; rel=describedby; ${TYPE}`, 'http://example.test/a.meta4'],
  [`<a.meta4>; rel=duplicate; ${TYPE}`, undefined],
  ['<a>; rel=describedby; type="text/html"', undefined],
  [`<file:///etc/passwd>; rel=describedby; ${TYPE}`, undefined],
  ['a.meta4', undefined],
])('the Link %s leads to %s', (link, expected) => {
  expect(metalinkUrl(exchangeWith({ fields: { Link: link } }))?.href).toBe(expected)
})

it('reads names, sizes and digests of whole files, without those of pieces and comments', () => {
  const xml = `<?xml version="1.0"?><metalink>
    <file name='a.iso'><size> 7 </size><hash type="sha-256">AB12</hash>
      <pieces length="4" type="sha-1"><hash>00</hash></pieces>
      <!-- <hash type="sha-512">00</hash> --><hash type="md5">cd</hash></file>
    <file name="b"></file></metalink>`
  expect(parseMetalink(xml)).toEqual([
    {
      name: 'a.iso',
      size: 7,
      hashes: new Map([
        ['sha-256', 'ab12'],
        ['md5', 'cd'],
      ]),
    },
    { name: 'b', size: undefined, hashes: new Map() },
  ])
})
