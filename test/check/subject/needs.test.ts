import { expect, it } from 'vitest'
import { NEEDS, type Need } from '../../../src/check/subject/needs.js'
import type { Subject } from '../../../src/check/subject/subject.js'

const BARE = { redirects: [], addresses: [], isRanged: false }

it.each<[Need, object, object]>([
  ['size', {}, { size: 5 }],
  ['bytes', { size: 3 }, { size: 4 }],
  ['ranges', {}, { isRanged: true }],
  ['etag', {}, { etag: 'W/"a"' }],
  ['strong-etag', { etag: 'W/"a"' }, { etag: '"a"' }],
  ['last-modified', {}, { lastModified: 'x' }],
  ['redirect', {}, { redirects: [new URL('http://h')] }],
  ['addresses', { addresses: ['::1'] }, { addresses: ['::1', '127.0.0.1'] }],
])('the need %s is lacking with the facts %j, and met with %j', (need, lacking, met) => {
  const of = (facts: object) => ({ facts: { ...BARE, ...facts } }) as unknown as Subject
  expect(NEEDS[need](of(lacking))).toEqual(expect.any(String))
  expect(NEEDS[need](of(met))).toBeUndefined()
})
