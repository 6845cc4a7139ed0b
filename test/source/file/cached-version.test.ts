import { expect, it } from 'vitest'
import { CachedVersion } from '../../../src/source/file/cached-version.js'
import { ContentSlab, SEGMENT_SIZE } from '../../../src/source/file/content-slab.js'
import { PORTABLE_PROBE } from '../../../src/source/file/file-probe.js'
import { FolderContainment } from '../../../src/source/file/folder-containment.js'
import { VersionTable } from '../../../src/source/file/version-table.js'

const identity = { dev: 1n, ino: 2n, size: 4n, mtimeNs: 3n, ctimeNs: 4n }
const facts = { name: 'f', contentType: 'text/plain', size: 4 }

function stage() {
  const removed: unknown[] = []
  const home = {
    probe: PORTABLE_PROBE,
    folders: new FolderContainment(PORTABLE_PROBE),
    now: () => 0,
    pathOf: (key: string) => `/root/${key}`,
    removed: (entry: unknown) => removed.push(entry),
  }
  const place = new VersionTable().set(0, '/root/f', identity)
  return { entry: new CachedVersion(home, 'f', 0, facts, place), removed }
}

it('reads slices of its content while it is kept, and recognizes its version', () => {
  const { entry } = stage()
  const slab = new ContentSlab(SEGMENT_SIZE)
  expect([entry.hasContent, entry.read({ start: 0, end: 1 })]).toEqual([false, undefined])
  entry.content = slab.add(Buffer.from('text'))
  expect([entry.hasContent, entry.read({ start: 1, end: 3 })?.toString()]).toEqual([true, 'ex'])
  slab.add(Buffer.alloc(SEGMENT_SIZE))
  expect([entry.hasContent, entry.read({ start: 1, end: 3 })]).toEqual([false, undefined])
  expect([entry.path, entry.isVersion(identity)]).toEqual(['/root/f', true])
  expect(entry.isVersion({ ...identity, ctimeNs: 5n })).toBe(false)
})

it('drops what was rendered from facts that are replaced', () => {
  const { entry } = stage()
  entry.rendered = 'fields'
  entry.update({ ...facts, dateStrength: 'weak' })
  expect([entry.facts.dateStrength, entry.rendered]).toEqual(['weak', undefined])
})

it('reports its removal', () => {
  const { entry, removed } = stage()
  entry.removed()
  expect([entry.isRemoved, removed]).toEqual([true, [entry]])
})
