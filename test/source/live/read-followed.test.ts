import { expect, it } from 'vitest'
import { readAt, readFully } from '../../../src/source/live/read-followed.js'
import { Folder } from '../../fixture/files.js'
import { openFile } from '../../fixture/open-file.js'

it('readAt and readFully fill a buffer as far as the file has bytes, and name the position of a failure', async () => {
  using folder = new Folder({ f: '0123456789' })
  const file = openFile(folder.at('f'))
  const buffer = Buffer.alloc(6)
  expect(await readFully(file, buffer, 6)).toBe(4)
  expect(buffer.toString('latin1', 0, 4)).toBe('6789')
  expect(await readAt(file, buffer, 10)).toBe(0)
  const closed = openFile(folder.at('f'), { descriptor: 999_999 })
  await expect(readAt(closed, buffer, 3)).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    facts: { position: 3 },
  })
  await file.release()
})
