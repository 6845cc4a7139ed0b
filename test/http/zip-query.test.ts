import { expect, it } from 'vitest'
import { archiveNameOf, isForArchive, parseZipQuery } from '../../src/http/zip-query.js'

it.each([
  ['', undefined],
  ['?sort=name', undefined],
  ['?path=a', undefined],
  ['?zip', []],
  ['?zip=', []],
  ['?sort=name&zip=1', []],
  ['?zip&path=a&path=b%2Fc%2F', ['a', 'b/c/']],
  ['?zip&path=%D7%A9', ['ש']],
])('The query %j asks for the paths %j', (query, paths) => {
  expect(parseZipQuery(query)).toEqual(paths && { kind: 'zip', paths })
})

it.each([
  ['', 'files.zip'],
  ['/', 'files.zip'],
  ['a/b/', 'b.zip'],
  ['/a/', 'a.zip'],
])('The archive of the folder %j is saved as %s', (path, name) => {
  expect(archiveNameOf(path)).toBe(name)
})

it('A query with a malformed path asks for an archive, too', () => {
  expect([isForArchive('?zip&path=..'), isForArchive('?path=a')]).toEqual([true, false])
})

it.each(['', '/', '/a', './a', '../a', 'a/../b', 'a//b', 'a\\b', 'a%00', '..', 'a/.'])(
  'The path %j is refused',
  (path) => {
    const query = parseZipQuery(`?zip&path=${path}`)
    expect(query?.kind).toBe('malformed')
    expect(query?.kind === 'malformed' && query.reason).toMatch(
      /^path: expected a path below this folder; received ".*"\.$/,
    )
  },
)
