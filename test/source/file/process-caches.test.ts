import { describe, expect, it } from 'vitest'
import { FileCache } from '../../../src/source/file/file-cache.js'
import { PORTABLE_PROBE } from '../../../src/source/file/file-probe.js'
import { FileRoot } from '../../../src/source/file/file-root.js'
import { fileSource } from '../../../src/source/file/file-source.js'
import { fileCaches, PROCESS_CACHES } from '../../../src/source/file/process-caches.js'
import { openAt } from '../../contract/byte-source.contract.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder } from '../../fixture/files.js'
import { SETTLED_CLOCK } from '../../fixture/settled-files.js'

describe('the caches of the process', () => {
  it('keep at most 256 files of all sources open', async () => {
    const names = Array.from({ length: 200 }, (_, n) => [`f${n}`, 'x'] as const)
    using one = new Folder(Object.fromEntries(names))
    using two = new Folder(Object.fromEntries(names))
    for (const folder of [one, two]) {
      const source = fileSource({
        roots: [folder.path],
        dotfiles: 'ignore',
        clock: SETTLED_CLOCK,
      })
      const opened = await Promise.all(names.map(([name]) => openAt(source, name)))
      await Promise.all(opened.map((each) => each.close()))
    }
    const open = () => descriptorsBelow(one.path) + descriptorsBelow(two.path)
    await expect.poll(open).toBeLessThanOrEqual(256)
    expect(open()).toBeGreaterThan(100)
    PROCESS_CACHES.descriptors.clear()
    await expect.poll(open).toBe(0)
  })

  it('keep at most 128 MiB of contents', () => {
    using folder = new Folder()
    const { entries } = PROCESS_CACHES
    const cache = new FileCache(new FileRoot(folder.path), entries, PORTABLE_PROBE)
    const identity = { dev: 1n, ino: 1n, size: 0n, mtimeNs: 0n, ctimeNs: 0n }
    const facts = { name: 'f', contentType: 'text/plain', size: 0 }
    const bytes = Buffer.alloc(1024 * 1024)
    for (let n = 0; n < 200; n += 1) {
      cache.put(`${n}`, { path: folder.at(`${n}`), identity, facts, bytes })
    }
    expect(entries.contents.size).toBe(128 * 1024 * 1024)
    cache.forget()
  })
})

describe('fileCaches', () => {
  it('are those of the process, or have an index of their own where contents have another bound', () => {
    expect(fileCaches(undefined)).toBe(PROCESS_CACHES)
    const { entries, ...others } = fileCaches(3 * 1024 * 1024)
    expect(PROCESS_CACHES).toMatchObject(others)
    expect(entries).not.toBe(PROCESS_CACHES.entries)
    const bytes = Buffer.alloc(1024 * 1024)
    for (let n = 0; n < 10; n += 1) entries.contents.add(bytes)
    expect(entries.contents.size).toBe(3 * 1024 * 1024)
  })
})
