import { chmodSync, closeSync, fstatSync, linkSync, openSync, rmSync, statSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  changeBetween,
  entityTagOf,
  type FileIdentity,
  fileStatOf,
  IDENTITY_SIZE,
  identityIn,
  isSame,
  type StatChange,
  versionedPath,
} from '../../../src/source/file/file-version.js'
import type { FileStat } from '../../../src/source/local-file.js'
import { Folder } from '../../fixture/files.js'
import { rewrite } from '../../fixture/settled-files.js'

const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const identities = fc.record({
  dev: signed,
  ino: signed,
  size: signed,
  mtimeNs: signed,
  ctimeNs: signed,
})
const MEMBERS = ['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const

it('versionedPath encodes what identityIn decodes, and ends the path with a NUL byte', () => {
  fc.assert(
    fc.property(identities, fc.string(), (identity, path) => {
      const encoded = versionedPath(path, identity)
      expect(identityIn(encoded)).toEqual(identity)
      expect(encoded.subarray(IDENTITY_SIZE)).toEqual(Buffer.from(`${path}\0`))
    }),
  )
})

it('isSame compares every member', () => {
  fc.assert(
    fc.property(identities, fc.constantFrom(...MEMBERS), (identity, member) => {
      expect(isSame(identity, { ...identity })).toBe(true)
      expect(isSame(identity, { ...identity, [member]: identity[member] ^ 1n })).toBe(false)
    }),
  )
})

describe('entityTagOf', () => {
  const identity: FileIdentity = { dev: 1n, ino: 2n, size: 3n, mtimeNs: 4n, ctimeNs: 5n }

  it('is a strong entity tag of 22 characters that does not contain the inode', () => {
    expect(entityTagOf(identity)).toMatch(/^"[A-Za-z0-9_-]{22}"$/)
  })

  it.each(['ino', 'size', 'mtimeNs', 'ctimeNs'] as const)('depends on %s', (member) => {
    expect(entityTagOf({ ...identity, [member]: 9n })).not.toBe(entityTagOf(identity))
  })

  it('does not depend on the device, which differs between servers of one storage', () => {
    const elsewhere: FileIdentity = { ...identity, dev: 9n }
    expect(entityTagOf(elsewhere)).toBe(entityTagOf(identity))
  })
})

describe('changeBetween', () => {
  it.each<[string, (path: string) => void, StatChange]>([
    ['a rewrite of the same size', (path) => rewrite(path, 'bbbb'), 'content'],
    ['a rewrite of another size', (path) => rewrite(path, 'longer'), 'content'],
    ['another mode', (path) => chmodSync(path, 0o600), 'ctime'],
    ['another link', (path) => linkSync(path, `${path}.link`), 'ctime'],
    ['an unlink', (path) => rmSync(path), 'ctime'],
    ['nothing', () => {}, 'none'],
  ])('after %s is seen in the expected member', (_case, change, seen) => {
    using folder = new Folder({ f: 'aaaa' })
    const descriptor = openSync(folder.at('f'), 'r')
    const before = fstatSync(descriptor, { bigint: true })
    change(folder.at('f'))
    expect(changeBetween(before, fstatSync(descriptor, { bigint: true }))).toBe(seen)
    closeSync(descriptor)
  })
})

it('fileStatOf converts a stat with bigints to the numbers of fs.Stats', () => {
  using folder = new Folder({ f: 'four' })
  const stat = fileStatOf(statSync(folder.at('f'), { bigint: true }))
  const expected = statSync(folder.at('f'))
  for (const [member, value] of Object.entries(stat)) {
    // The sub-millisecond parts of times are rounded differently.
    const difference = Number(value) - Number(expected[member as keyof FileStat])
    expect(Math.abs(difference), member).toBeLessThan(member.includes('time') ? 1.1 : 1e-9)
  }
})
