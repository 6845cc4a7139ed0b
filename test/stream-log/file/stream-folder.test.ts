import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { removeFolder, StreamFolder } from '../../../src/stream-log/file/stream-folder.js'
import { Folder } from '../../fixture/files.js'

const TAG = 'aaaaaaaa'

describe('StreamFolder', () => {
  it.each(['a', '../../etc/passwd', '/etc/passwd', '..', '.', 'a\0b', 'ä/ß', 'x'.repeat(5_000)])(
    'is directly in its root, whatever the key: %j',
    (key) => {
      const { path } = new StreamFolder('/root/streams', key)
      expect(dirname(path)).toBe('/root/streams')
      expect(path).toMatch(/\/[0-9a-f]{40}$/)
    },
  )

  it('differs for keys that differ in case or normalization alone', () => {
    const paths = ['a', 'A', '\u00e9', 'e\u0301'].map((key) => new StreamFolder('/r', key).path)
    expect(new Set(paths).size).toBe(4)
  })

  it('lists claims and segments in order, and nothing else', async () => {
    using root = new Folder({})
    const folder = new StreamFolder(root.path, 'a')
    expect(await folder.entries()).toBeUndefined()
    await folder.create()
    const names = [
      [2, 1],
      [1, 10],
      [1, 9],
    ].map(([claim = 0, first = 0]) => folder.segment(claim, first, TAG).name)
    for (const name of [...names, 't00', 's1', 'note.txt']) writeFileSync(folder.at(name), '')
    for (const claim of [10, 9]) expect(await folder.createClaim(claim, '')).toBe('created')
    const entries = await folder.entries()
    expect(entries?.claims).toEqual([9, 10])
    expect(entries?.segments.map(({ claim, first }) => [claim, first])).toEqual([
      [1, 9],
      [1, 10],
      [2, 1],
    ])
  })

  it('creates each claim once', async () => {
    using root = new Folder({})
    const folder = new StreamFolder(root.path, 'a')
    expect(await folder.createClaim(1, 'x')).toBe('absent')
    await folder.create()
    const results = await Promise.all([1, 1, 1].map((claim) => folder.createClaim(claim, 'x')))
    expect(results.toSorted()).toEqual(['created', 'taken', 'taken'])
  })

  it.each([
    { what: 'no other claim', claims: [1], has: true, latest: true },
    { what: 'a later claim', claims: [1, 2], has: true, latest: false },
    { what: 'claims that were removed', claims: [3], has: true, latest: false },
    { what: 'a segment that was removed', claims: [1], has: false, latest: false },
  ])('has the latest claim: $latest, with $what', async ({ claims, has, latest }) => {
    using root = new Folder({})
    const folder = new StreamFolder(root.path, 'a')
    await folder.create()
    const segment = folder.segment(1, 1, TAG)
    if (has) await folder.createSegment(segment, Buffer.from('x'), 'sync')
    for (const claim of claims) await folder.createClaim(claim, '')
    expect(folder.isLatest(segment)).toBe(latest)
  })

  it('leaves nothing of a segment that can not be created', async () => {
    using root = new Folder({})
    const folder = new StreamFolder(root.path, 'a')
    await folder.create()
    const segment = folder.segment(1, 1, TAG)
    mkdirSync(folder.at(segment.name))
    await expect(folder.createSegment(segment, Buffer.from('x'), 'no sync')).rejects.toThrow()
    expect(readdirSync(folder.path)).toEqual([segment.name])
  })

  it('is removed with all that is in it, also when two remove it', async () => {
    using root = new Folder({})
    const folder = new StreamFolder(root.path, 'a')
    mkdirSync(folder.path)
    writeFileSync(folder.at('x'), '')
    await Promise.all([removeFolder(folder.path), removeFolder(folder.path)])
    expect(readdirSync(root.path)).toEqual([])
  })
})
