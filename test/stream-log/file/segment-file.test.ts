import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { SegmentFile } from '../../../src/stream-log/file/segment-file.js'
import { StreamFolder } from '../../../src/stream-log/file/stream-folder.js'
import { Folder } from '../../fixture/files.js'

it('appends behind what the segment has', async () => {
  using root = new Folder({})
  const folder = new StreamFolder(root.path, 'a')
  await folder.create()
  const segment = folder.segment(1, 1, 'aaaaaaaa')
  await folder.createSegment(segment, Buffer.from('head'), 'no sync')
  const file = await SegmentFile.open(folder, segment)
  await file.write(Buffer.from('one'))
  await file.write(Buffer.from('two'))
  await file.sync()
  expect(file.end).toBe(10)
  await file.close()
  expect(readFileSync(folder.at(segment.name), 'latin1')).toBe('headonetwo')
  await expect(file.write(Buffer.from('three'))).rejects.toThrow()
  expect(file.end).toBe(10)
})
