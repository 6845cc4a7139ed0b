import { expect, it } from 'vitest'
import { bufferPool } from '../../../src/source/file/buffer-pool.js'
import { FileRepresentation } from '../../../src/source/file/file-representation.js'
import { FinishedRepresentation } from '../../../src/source/live/finished-representation.js'
import { bytesOf } from '../../contract/byte-source.contract.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder } from '../../fixture/files.js'
import { openFile } from '../../fixture/open-file.js'

it('FinishedRepresentation is the file with the tag of its chain', async () => {
  using folder = new Folder({ f: '0123456789' })
  const opened = new FileRepresentation(openFile(folder.at('f')), bufferPool())
  const finished = new FinishedRepresentation(opened, { tag: '"chain"' })
  expect(finished.facts).toEqual({
    ...opened.facts,
    etag: '"chain"',
    chain: { tag: '"chain"', state: 'finished' },
  })
  expect(finished.sendable).toBe(opened.sendable)
  expect(finished.file).toBe(opened.file)
  expect(finished.growth.tag).toBe(opened.growth.tag)
  expect((await bytesOf(finished, { start: 3, end: 6 })).toString()).toBe('345')
  await finished.close()
  expect(descriptorsBelow(folder.path)).toBe(0)
})
