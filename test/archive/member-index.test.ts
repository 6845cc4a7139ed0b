import { describe, expect, it } from 'vitest'
import { type ArchiveMember, MemberIndex } from '../../src/archive/member-index.js'

const FILE: ArchiveMember = {
  name: 'a',
  kind: 'file',
  key: 'k/a',
  etag: '"1"',
  size: 5,
  lastModified: 1_700_000_000_123,
  mode: 0o640,
}
const FOLDER: ArchiveMember = { name: 'b/', kind: 'folder', size: 0, lastModified: 0, mode: 0o755 }

function indexOf(...members: ArchiveMember[]): MemberIndex {
  const index = new MemberIndex()
  for (const member of members) index.add(member)
  return index
}

it('An index has what was added', () => {
  const index = indexOf(...Array.from({ length: 100 }, () => FILE), FOLDER)
  expect(index.count).toBe(101)
  expect([index.key(99), index.etag(99), index.name(99)]).toEqual(['k/a', '"1"', 'a'])
  const { name: _name, ...facts } = index.member(99)
  expect(facts).toEqual({ kind: 'file', size: 5, lastModified: 1_700_000_000_123, mode: 0o640 })
  expect(index.member(100)).toMatchObject({ kind: 'folder', size: 0, mode: 0o755 })
  expect(index.etag(100)).toBeUndefined()
})

describe('The entity tag of an archive', () => {
  const tag = indexOf(FILE, FOLDER).entityTag()

  it('is the same for the same members', () => {
    expect(tag).toMatch(/^"[\w-]{22}"$/)
    expect(indexOf(FILE, FOLDER).entityTag()).toBe(tag)
    expect(indexOf({ ...FILE, key: 'elsewhere/a' }, FOLDER).entityTag()).toBe(tag)
  })

  it.each([
    ['name', { name: 'c' }],
    ['version', { etag: '"2"' }],
    ['size', { size: 6 }],
    ['time', { lastModified: 1_700_000_001_000 }],
    ['mode', { mode: 0o644 }],
  ])('is another one for another %s', (_what, other) => {
    expect(indexOf({ ...FILE, ...other }, FOLDER).entityTag()).not.toBe(tag)
  })

  it('is another one without a member', () => {
    expect(indexOf(FILE).entityTag()).not.toBe(tag)
  })

  it('is absent where the versions of a member cannot be told apart', () => {
    expect(indexOf({ ...FILE, etag: undefined }, FOLDER).entityTag()).toBeUndefined()
  })
})
