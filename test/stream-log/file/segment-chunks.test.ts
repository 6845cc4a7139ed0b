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
    const [one, two] = await Promise.all([chunks.read(folder, at), chunks.read(folder, at)])
    expect(one?.events.map(({ id }) => id)).toEqual([`5-${TAG}`, `6-${TAG}`])
    expect(two?.events).toBe(one?.events)
    unlinkSync(folder.at(at.segment.name))
    expect((await chunks.read(folder, at))?.events).toBe(one?.events)
    expect(await chunks.read(folder, { ...at, offset: 1 })).toBeUndefined()
  })

  it('gives readers what a producer of this process has appended, without a file', async () => {
    using root = new Folder({})
    const { folder, at } = await segmentIn(root)
    const chunks = new SegmentChunks()
    const events = [{ id: `5-${TAG}`, text: 'data: x\n\n' }]
    chunks.appended(folder, at, events, 40)
    unlinkSync(folder.at(at.segment.name))
    const chunk = await chunks.read(folder, at)
    expect(chunk?.events).toBe(events)
    const { after } = chunk ?? { after: at }
    expect(after).toMatchObject({ offset: 40, next: 6 })
    expect([at, after].map((each) => chunks.isAtEnd(folder, each))).toEqual([false, true])
    chunks.concluded(folder, at.segment)
    expect(chunks.isAtEnd(folder, after)).toBe(false)
  })

  it('does not keep what was read while another producer had claimed the stream', async () => {
    using root = new Folder({})
    const { folder, at } = await segmentIn(root)
    await folder.createClaim(2, '')
    const chunks = new SegmentChunks()
    const first = await chunks.read(folder, at)
    expect(first?.isLatest).toBe(false)
    expect((await chunks.read(folder, at))?.events).not.toBe(first?.events)
  })
})
