import { describe, expect, it } from 'vitest'
import { KeptSegments } from '../../../src/stream-log/file/kept-segments.js'
import { StreamFolder } from '../../../src/stream-log/file/stream-folder.js'
import { Folder } from '../../fixture/files.js'

const TAG = 'aaaaaaaa'
const LIMITS = { maxAge: 60_000, maxStreamBytes: 100 }

describe('KeptSegments', () => {
  it('gives the oldest segments up while all are too large, and never the last one', async () => {
    const folder = new StreamFolder('/nowhere', 'a')
    const kept = await KeptSegments.of(folder, [])
    for (const first of [1, 2, 3]) kept.add(folder.segment(1, first, TAG), 60)
    expect(kept.trim(LIMITS).map(({ first }) => first)).toEqual([1, 2])
    expect(kept.oldest?.first).toBe(3)
    kept.appended(1_000)
    expect(kept.trim(LIMITS)).toEqual([])
  })

  it('counts segments of earlier producers with their size and age', async () => {
    using root = new Folder({})
    const folder = new StreamFolder(root.path, 'a')
    await folder.create()
    const segment = folder.segment(1, 1, TAG)
    await folder.createSegment(segment, Buffer.alloc(99), 'no sync')
    const kept = await KeptSegments.of(folder, [segment])
    kept.add(folder.segment(2, 2, TAG), 1)
    expect(kept.trim(LIMITS)).toEqual([])
    kept.appended(2)
    expect(kept.trim(LIMITS)).toEqual([segment])
  })

  it('gives a segment up that others have removed', async () => {
    const folder = new StreamFolder('/nowhere', 'a')
    const segment = folder.segment(1, 1, TAG)
    const kept = await KeptSegments.of(folder, [segment])
    kept.add(folder.segment(2, 2, TAG), 1)
    expect(kept.trim(LIMITS)).toEqual([segment])
  })
})
