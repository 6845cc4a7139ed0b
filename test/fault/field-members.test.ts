import { describe, expect, it } from 'vitest'
import {
  FIELD_NAMES,
  FIELD_VALUES,
  removedNames,
  setFields,
} from '../../src/fault/field-members.js'

describe('The header fields of a fault', () => {
  it.each<[unknown, boolean]>([
    [{ etag: '"a"' }, true],
    [{ ETag: '', 'x-a': '\t~\xff' }, true],
    [{}, false],
    [{ 'a b': '1' }, false],
    [{ '': '1' }, false],
    [{ ':status': '200' }, false],
    [{ a: '1\r\nb: 2' }, false],
    [{ a: '\0' }, false],
    [{ a: '\u010a' }, false],
    [{ a: 1 }, false],
    [[['a', '1']], false],
    ['a: 1', false],
    [Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`a${at}`, ''])), false],
  ])('%j are accepted: %s', (value, isAccepted) => {
    expect(FIELD_VALUES.accepts(value)).toBe(isAccepted)
  })

  it.each<[unknown, boolean]>([
    ['etag', true],
    [['etag', 'Date'], true],
    [[], false],
    ['', false],
    ['a:b', false],
    [['a', 'b\n'], false],
    [Array.from({ length: 101 }, () => 'a'), false],
    [{ a: '1' }, false],
  ])('the names %j are accepted: %s', (value, isAccepted) => {
    expect(FIELD_NAMES.accepts(value)).toBe(isAccepted)
  })

  it('have names in lower case', () => {
    expect(removedNames({ remove: 'ETag' })).toEqual(['etag'])
    expect(removedNames({ remove: ['ETag', 'Date'] })).toEqual(['etag', 'date'])
    expect(removedNames({})).toEqual([])
    expect(setFields({ set: { ETag: '"A"' } })).toEqual([['etag', '"A"']])
    expect(setFields({})).toEqual([])
  })
})
