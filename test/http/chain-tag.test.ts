import { describe, expect, it } from 'vitest'
import { memberOf, namesMember, pinnedMember, prefixTag } from '../../src/http/chain-tag.js'

const CHAIN = '"abc-_9"'
const file = { kind: 'file' }
const prefix = (size: number) => ({ kind: 'prefix', size })

it('prefixTag adds the length to the tag of the chain', () => {
  expect(prefixTag(CHAIN, 0)).toBe('"abc-_9.0"')
})

describe('memberOf', () => {
  it.each([
    ['abc-_9', file],
    ['abc-_9.0', prefix(0)],
    ['abc-_9.1234', prefix(1234)],
    ['abc-_9.01', undefined],
    ['abc-_9.', undefined],
    ['abc-_9.1.2', undefined],
    ['abc-_9;gzip', undefined],
    ['abc', undefined],
    ['xbc-_9.5', undefined],
  ])('reads %s', (opaque, want) => {
    expect(memberOf(opaque, CHAIN)).toEqual(want)
  })
})

describe('pinnedMember', () => {
  it.each([
    [{ 'if-range': CHAIN }, { tag: CHAIN, member: file }],
    [{ 'if-match': `"other", "abc-_9.5", ${CHAIN}` }, { tag: '"abc-_9.5"', member: prefix(5) }],
    [
      { 'if-match': '"other"', 'if-range': CHAIN },
      { tag: CHAIN, member: file },
    ],
    [{ 'if-range': `W/${CHAIN}` }, undefined],
    [{ 'if-range': 'Sun, 06 Nov 1994 08:49:37 GMT' }, undefined],
    [{ 'if-match': '*' }, undefined],
    [{}, undefined],
  ])('finds what %o names', (fields, want) => {
    expect(pinnedMember(fields, CHAIN)).toEqual(want)
  })
})

describe('namesMember', () => {
  it.each([
    [{ 'if-range': CHAIN }, true],
    [{ 'if-none-match': `"other", W/"abc-_9.5"` }, true],
    [{ 'if-none-match': '"other"' }, false],
    [{ 'if-none-match': '*' }, false],
    [{}, false],
  ])('of %o is %s', (fields, want) => {
    expect(namesMember(fields, CHAIN)).toBe(want)
  })
})
