import fs, { chmodSync, fstatSync, truncateSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { SMALL_FILE } from '../../../src/source/file/native-probe.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder, pattern } from '../../fixture/files.js'
import { openFile } from '../../fixture/open-file.js'
import { rewrite } from '../../fixture/settled-files.js'

describe('OpenFile', () => {
  it('keeps the descriptor open until running reads have ended', async () => {
    using folder = new Folder({ f: pattern(200_000) })
    const file = openFile(folder.at('f'))
    const reading = file.fetch(Buffer.alloc(1000), 500)
    file.release()
    expect(Buffer.from(await reading)).toEqual(pattern(200_000).subarray(500, 1500))
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('refuses to be used after the last release, since the descriptor may be reused', async () => {
    using folder = new Folder({ f: 'x' })
    const file = openFile(folder.at('f'))
    await file.release()
    expect(() => file.acquire()).toThrow(expect.objectContaining({ code: 'SOURCE_FAILED' }))
    await expect(file.fetch(Buffer.alloc(1), 0)).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  })

  it('reports the stat of its version with numbers', async () => {
    using folder = new Folder({ f: 'four' })
    const file = openFile(folder.at('f'))
    expect(file.stat).toMatchObject({ size: 4, ino: fstatSync(file.descriptor).ino })
    await file.release()
  })

  it.each([
    ['keeps the content of a small file that was read at once', SMALL_FILE, SMALL_FILE, true],
    ['does not keep the content of a part', SMALL_FILE, SMALL_FILE - 1, false],
    ['does not keep the content of a larger file', SMALL_FILE + 1, SMALL_FILE + 1, false],
  ])('%s', async (_case, size, length, kept) => {
    using folder = new Folder({ f: pattern(size) })
    const onContent = vi.fn()
    const file = openFile(folder.at('f'), { onContent })
    const buffer = Buffer.alloc(length)
    await file.fetch(buffer, 0)
    buffer.fill(0)
    expect(file.content).toEqual(kept ? pattern(size) : undefined)
    expect(onContent).toHaveBeenCalledTimes(kept ? 1 : 0)
    await file.release()
  })

  it('fails a read at the end of the file with SOURCE_SHORT and the offset', async () => {
    using folder = new Folder({ f: 'four' })
    const file = openFile(folder.at('f'))
    await expect(file.fetch(Buffer.alloc(1), 4)).rejects.toMatchObject({
      code: 'SOURCE_SHORT',
      message: 'Cannot read file at byte 4: the file ends there',
      facts: { path: folder.at('f'), offset: 4 },
    })
    await file.release()
  })

  it.each([
    ['memory', 0],
    ['local', 0],
    ['other', 1],
  ] as const)(
    'compares the version in the thread pool only where a stat may block: on the file system %s',
    async (filesystem, pooled) => {
      using folder = new Folder({ f: pattern(1000) })
      const file = openFile(folder.at('f'), { filesystem })
      const stat = vi.spyOn(fs, 'fstat')
      expect(Buffer.from(await file.fetch(Buffer.alloc(500), 500))).toEqual(
        pattern(1000).subarray(500),
      )
      const own = stat.mock.calls.filter(([descriptor]) => descriptor === file.descriptor)
      expect(own).toHaveLength(pooled)
      stat.mockRestore()
      truncateSync(folder.at('f'), 600)
      const changed = expect.objectContaining({ code: 'REPRESENTATION_CHANGED' })
      await expect(file.fetch(Buffer.alloc(500), 0)).rejects.toEqual(changed)
      await file.release()
    },
  )

  it.each([
    ['was rewritten', (path: string) => rewrite(path, 'else')],
    ['was truncated', (path: string) => truncateSync(path, 1)],
  ])(
    'fails reads and confirm with REPRESENTATION_CHANGED if the file %s',
    async (_case, change) => {
      using folder = new Folder({ f: 'four' })
      const file = openFile(folder.at('f'))
      file.confirm(0)
      change(folder.at('f'))
      const changed = expect.objectContaining({ code: 'REPRESENTATION_CHANGED' })
      await expect(file.fetch(Buffer.alloc(1), 0)).rejects.toEqual(changed)
      expect(() => file.confirm(0)).toThrow(changed)
      await file.release()
    },
  )

  it.each<[string, (number | undefined)[], 'excused' | 'changed']>([
    ['held before the last stat and since', [1, 1, 1], 'excused'],
    ['absent', [undefined, undefined, undefined], 'changed'],
    ['taken after the last stat', [undefined, 1, 1], 'changed'],
    ['ended before this stat', [1, undefined, undefined], 'changed'],
    ['ended during this stat', [1, 1, undefined], 'changed'],
    ['ended, and taken again since the last stat', [1, 2, 2], 'changed'],
  ])(
    'takes another ctime for harmless only under a lease: it is %s',
    async (_case, terms, outcome) => {
      using folder = new Folder({ f: 'four' })
      // Before the first stat, before the second, and after it.
      const term = vi.fn(() => terms[Math.min(term.mock.calls.length - 1, 2)])
      const lease = { hold: () => true, isIntact: () => true, release: () => {}, term }
      const file = openFile(folder.at('f'), { leaseOf: () => lease })
      file.confirm(0)
      const before = fstatSync(file.descriptor, { bigint: true }).ctimeNs
      while (fstatSync(file.descriptor, { bigint: true }).ctimeNs === before) {
        chmodSync(folder.at('f'), 0o600)
      }
      const confirming = () => file.confirm(0)
      if (outcome === 'excused') confirming()
      else expect(confirming).toThrow(expect.objectContaining({ code: 'REPRESENTATION_CHANGED' }))
      await file.release()
    },
  )

  it('fails with SOURCE_FAILED and the cause if a system call fails', async () => {
    using folder = new Folder({ f: 'four' })
    const file = openFile(folder.at('f'), { descriptor: 999_999 })
    const failed = expect.objectContaining({
      code: 'SOURCE_FAILED',
      cause: expect.objectContaining({ code: 'EBADF' }),
    })
    await expect(file.fetch(Buffer.alloc(1), 0)).rejects.toEqual(failed)
    expect(() => file.confirm(0)).toThrow(failed)
  })
})
