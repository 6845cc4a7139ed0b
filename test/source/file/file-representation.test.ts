import { describe, expect, it } from 'vitest'
import { bufferPool } from '../../../src/source/file/buffer-pool.js'
import { FileRepresentation } from '../../../src/source/file/file-representation.js'
import { bytesOf } from '../../contract/byte-source.contract.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder, pattern } from '../../fixture/files.js'
import { openFile } from '../../fixture/open-file.js'
import { rewrite } from '../../fixture/settled-files.js'

const SIZE = 3_000_000

describe('FileRepresentation', () => {
  it('reads slices, and reads the content of a small file from memory afterwards', async () => {
    using folder = new Folder({ large: pattern(SIZE), small: 'text' })
    for (const [name, size] of [['large', SIZE] as const, ['small', 4] as const]) {
      const file = openFile(folder.at(name))
      const representation = new FileRepresentation(file, bufferPool())
      const all = await bytesOf(representation, { start: 0, end: size })
      expect(all.equals(name === 'large' ? pattern(SIZE) : Buffer.from('text'))).toBe(true)
      expect(file.content?.length).toBe(name === 'large' ? undefined : 4)
      const part = await bytesOf(representation, { start: 1, end: 3 })
      expect(part.equals(all.subarray(1, 3))).toBe(true)
      expect(await bytesOf(representation, { start: 2, end: 2 })).toHaveLength(0)
      await representation.close()
    }
  })

  it('exposes the file, and the descriptor for sendfile on local storage only', async () => {
    using folder = new Folder({ f: 'text' })
    const local = new FileRepresentation(openFile(folder.at('f')), bufferPool())
    const remote = openFile(folder.at('f'), { filesystem: 'other' })
    const other = new FileRepresentation(remote, bufferPool())
    expect(local.file.path).toBe(folder.at('f'))
    expect(local.sendable?.descriptor).toBe(local.file.descriptor)
    expect(other.sendable).toBeUndefined()
    await Promise.all([local.close(), other.close()])
  })

  it('closes the descriptor once, after running reads, and reads nothing from then on', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const representation = new FileRepresentation(openFile(folder.at('f')), bufferPool())
    const live = new AbortController().signal
    const chunks = representation.read({ start: 0, end: SIZE }, live)[Symbol.asyncIterator]()
    await chunks.next()
    await Promise.all([representation.close(), representation.close()])
    // The chunk that was read ahead is still delivered; the next read fails.
    await expect(
      (async () => {
        for (let result = await chunks.next(); !result.done; ) result = await chunks.next()
      })(),
    ).rejects.toMatchObject({ code: 'SOURCE_FAILED', message: /representation is closed/ })
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('fails a read of a file that was rewritten', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const representation = new FileRepresentation(openFile(folder.at('f')), bufferPool())
    rewrite(folder.at('f'), pattern(SIZE, 1))
    const reading = bytesOf(representation, { start: 0, end: SIZE })
    await expect(reading).rejects.toMatchObject({ code: 'REPRESENTATION_CHANGED' })
    await representation.close()
  })

  it('fails to follow a file after it was closed, since the descriptor may be reused', async () => {
    using folder = new Folder({ f: 'text' })
    const representation = new FileRepresentation(openFile(folder.at('f')), bufferPool())
    const { growth } = representation
    await representation.close()
    const live = new AbortController().signal
    const following = growth.follow(0, 1_000, live)[Symbol.asyncIterator]().next()
    await expect(following).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  })
})
