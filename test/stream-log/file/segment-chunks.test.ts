import { unlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { encodeRecord } from '../../../src/stream-log/file/log-record.js'
import { SegmentChunks } from '../../../src/stream-log/file/segment-chunks.js'
import { StreamFolder } from '../../../src/stream-log/file/stream-folder.js'
import { Folder } from '../../fixture/files.js'

const TAG = 'aaaaaaaa'

async function segmentIn(root: Folder) {
  const folder = new StreamFolder(root.path, 'a')
  await folder.create()
  await folder.createClaim(1, '')
  const segment = folder.segment(1, 5, TAG)
  const events = ['x', 'y'].map((text) =>
    encodeRecord({ kind: 'event', text: `data: ${text}\n\n`, own: undefined }),
  )
  await folder.createSegment(segment, Buffer.concat(events), 'no sync')
  return { folder, at: { segment, offset: 0, next: 5 } }
}

describe('SegmentChunks', () => {
  it('gives readers at one position the same events, with one read', async () => {
    using root = new Folder({})
    const { folder, at } = await segmentIn(root)
    const chunks = new SegmentChunks()
    const [one, two] = await Promise.all([
      chunks.read(folder, at, TAG),
      chunks.read(folder, at, TAG),
    ])
    expect(one?.events.map(({ id }) => id)).toEqual([`5-${TAG}`, `6-${TAG}`])
    expect(two?.events).toBe(one?.events)
    unlinkSync(folder.at(at.segment.name))
    expect((await chunks.read(folder, at, TAG))?.events).toBe(one?.events)
    expect(await chunks.read(folder, { ...at, offset: 1 }, TAG)).toBeUndefined()
  })

  it('does not keep what was read while another producer had claimed the stream', async () => {
    using root = new Folder({})
    const { folder, at } = await segmentIn(root)
    await folder.createClaim(2, '')
    const chunks = new SegmentChunks()
    const first = await chunks.read(folder, at, TAG)
    expect(first?.isLatest).toBe(false)
    expect((await chunks.read(folder, at, TAG))?.events).not.toBe(first?.events)
  })
})
