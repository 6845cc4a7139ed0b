import { expect, it } from 'vitest'
import { MemberIndex } from '../../src/archive/member-index.js'
import { openMember } from '../../src/archive/open-member.js'
import { MemorySource } from '../fixture/memory-source.js'

const { signal } = new AbortController()
const source = new MemorySource({ 'd/a': 'abc' })

function indexWith(more: { key?: string; etag?: string; size?: number }): MemberIndex {
  const members = new MemberIndex()
  const facts = { kind: 'file', lastModified: 0, mode: 0 } as const
  members.add({ ...facts, name: 'a', key: 'd/a', etag: '"d/a"', size: 3, ...more })
  return members
}

it('A member is opened at the version of the index', async () => {
  const opened = await openMember(source, indexWith({}), 0, signal)
  expect(opened.facts.size).toBe(3)
  await opened.close()
})

it.each([
  ['another version', { etag: '"2"' }, 'another version'],
  ['another size', { size: 4 }, 'another version'],
  ['no file', { key: 'gone' }, 'absent'],
  ['a folder', { key: 'd' }, 'directory'],
])('A member that is %s now fails the archive', async (_what, more, found) => {
  await expect(openMember(source, indexWith(more), 0, signal)).rejects.toMatchObject({
    code: 'REPRESENTATION_CHANGED',
    message: `Cannot send archive: its member a has changed (found: ${found})`,
  })
  expect(source.openCount).toBe(0)
})
