import { expect, it } from 'vitest'
import { rangesOf, typeOf } from '../../../src/source/upstream/told-facts.js'
import { headOf } from '../../fixture/bodies.js'

const head = (fields: Record<string, string>, status = 200) => headOf(status, fields)

it.each([
  ['source', { 'content-type': 'a/b' }, { contentType: 'a/b' }],
  ['source', {}, { contentType: 'text/plain; charset=utf-8' }],
  ['site', { 'content-type': 'a/b' }, { contentType: 'a/b', sniffing: 'untold' }],
  ['site', {}, { contentType: undefined, sniffing: 'untold' }],
] as const)('the type of d/f.txt of a %s that sends %j is %j', (role, fields, expected) => {
  expect(typeOf(head(fields), 'd/f.txt', { role })).toEqual(expected)
})

it.each([
  [206, {}, 'ignored', 'bytes'],
  [200, { 'accept-ranges': 'Bytes' }, 'not ignored', 'bytes'],
  [200, { 'accept-ranges': 'none' }, 'not ignored', 'none'],
  [200, { 'accept-ranges': 'bytes' }, 'ignored', 'none'],
  [200, {}, 'not ignored', 'untold'],
] as const)('a %i with %j to a range that was %s tells %s', (status, fields, range, expected) => {
  expect(rangesOf(head(fields, status), range)).toBe(expected)
})
