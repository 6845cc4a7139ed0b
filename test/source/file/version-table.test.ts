import { describe, expect, it } from 'vitest'
import { IDENTITY_SIZE, identityIn } from '../../../src/source/file/file-version.js'
import { VersionTable } from '../../../src/source/file/version-table.js'

const identityOf = (ino: bigint) => ({ dev: 7n, ino, size: 4n, mtimeNs: -5n, ctimeNs: 6n })

/** The path of an encoded version, as a system call reads it. */
function pathIn({ versions, offset }: ReturnType<VersionTable['set']>): string {
  const start = offset + IDENTITY_SIZE
  return versions.toString('utf8', start, versions.indexOf(0, start))
}

describe('VersionTable', () => {
  it.each([
    ['a short path', '/srv/f'],
    ['a path of other letters', `/srv/${'é'.repeat(40)}`],
    ['the longest path of a slot', `/${'x'.repeat(70)}`],
    ['a path longer than a slot', `/${'x/'.repeat(2_000)}f`],
  ])('encodes %s and its identity', (_what, path) => {
    const table = new VersionTable()
    const place = table.set(3, path, identityOf(2n ** 63n - 1n))
    expect(identityIn(place.versions, place.offset)).toEqual(identityOf(2n ** 63n - 1n))
    expect(pathIn(place)).toBe(path)
    expect([place.offset % 8, place.versions.at(-1)]).toEqual([0, 0])
  })

  it('replaces the version of a slot and leaves those beside it', () => {
    const table = new VersionTable()
    const places = [4_095, 4_096, 4_097].map((slot) => table.set(slot, `/${slot}`, identityOf(1n)))
    const replaced = table.set(4_096, '/new', identityOf(2n))
    expect(replaced).toEqual(places[1])
    expect(pathIn(replaced)).toBe('/new')
    expect([places[0], places[2]].map((place) => place && pathIn(place))).toEqual([
      '/4095',
      '/4097',
    ])
  })
})
