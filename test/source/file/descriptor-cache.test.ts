import fs, { renameSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { CONTAINMENT_TTL, DescriptorCache } from '../../../src/source/file/descriptor-cache.js'
import type { OpenFile } from '../../../src/source/file/open-file.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder } from '../../fixture/files.js'
import { openFile } from '../../fixture/open-file.js'
import { rewrite } from '../../fixture/settled-files.js'

/** Finds the file, releases it, and returns whether there was one. */
async function has(cache: DescriptorCache, id: string): Promise<boolean> {
  const file = await cache.find(id)
  await file?.release()
  return file !== undefined
}

describe.each(['local', 'other'] as const)('find on a file system of type %s', (filesystem) => {
  it('returns the same open file as long as the path leads to its version', async () => {
    using folder = new Folder({ f: 'first' })
    const cache = new DescriptorCache()
    const file = openFile(folder.at('f'), { filesystem })
    cache.put('f', file)
    expect(await cache.find('f')).toBe(file)
    await file.release()
    rewrite(folder.at('f'), 'again')
    expect(await has(cache, 'f')).toBe(false)
    await file.release()
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it.each([
    ['replaced', (folder: Folder) => renameSync(folder.at('g'), folder.at('f'))],
    ['removed', (folder: Folder) => fs.rmSync(folder.at('f'))],
  ])('returns nothing after the file was %s', async (_case, change) => {
    using folder = new Folder({ f: 'first', g: 'other' })
    const cache = new DescriptorCache()
    const file = openFile(folder.at('f'), { filesystem })
    cache.put('f', file)
    change(folder)
    expect(await has(cache, 'f')).toBe(false)
    await file.release()
  })
})

describe('DescriptorCache', () => {
  it('keeps no more files open than its bound, and none after clear', async () => {
    using folder = new Folder({ f: 'x' })
    const cache = new DescriptorCache(3)
    for (let n = 0; n < 10; n += 1) {
      const file = openFile(folder.at('f'))
      cache.put(`${n}`, file)
      await file.release()
    }
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(3)
    cache.clear()
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('closes a file that is idle for 900 ms at its next sweep', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      using folder = new Folder({ f: 'x' })
      let now = 1
      const cache = new DescriptorCache(256, () => now)
      const file = openFile(folder.at('f'))
      cache.put('f', file)
      await file.release()
      now += CONTAINMENT_TTL
      vi.advanceTimersByTime(CONTAINMENT_TTL)
      expect(await has(cache, 'f'), 'after 900 ms').toBe(true)
      now += CONTAINMENT_TTL
      vi.advanceTimersByTime(CONTAINMENT_TTL)
      vi.useRealTimers()
      await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('opens a file once for concurrent callers', async () => {
    using folder = new Folder({ f: 'x' })
    const cache = new DescriptorCache()
    let opens = 0
    const open = async () => {
      opens += 1
      const file = openFile(folder.at('f'))
      cache.put('f', file)
      return file
    }
    const use = (file: OpenFile) => file
    const files = await Promise.all([1, 2, 3].map(() => cache.findOrOpen('f', use, open)))
    expect(opens).toBe(1)
    expect(new Set(files).size).toBe(1)
    await Promise.all(files.map((file) => file.release()))
    cache.clear()
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('opens again for a caller that waited for an open that failed', async () => {
    const cache = new DescriptorCache()
    let opens = 0
    const open = async () => {
      opens += 1
      if (opens === 1) throw new Error('first')
      return 'opened'
    }
    const [first, second] = await Promise.allSettled([
      cache.findOrOpen('f', () => 'cached', open),
      cache.findOrOpen('f', () => 'cached', open),
    ])
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'first' } })
    expect(second).toMatchObject({ value: 'opened' })
  })
})

describe('isAbsent', () => {
  it('is true only for a missing name in the folder of an open file on local storage', async () => {
    using folder = new Folder({ 'dir/f': 'f', other: '' })
    const cache = new DescriptorCache()
    const file = openFile(folder.at('dir/f'))
    const remote = openFile(folder.at('dir/f'), { filesystem: 'other' })
    try {
      const isAbsent = (name: string) => cache.isAbsent(folder.at(name), { file })
      expect(cache.isAbsent(folder.at('dir/f.br'), { file: remote })).toBe(false)
      expect(cache.isAbsent(folder.at('dir/f.br'), {}), 'without an open file').toBe(false)
      expect(isAbsent('dir/f.br')).toBe(true)
      expect(isAbsent('dir/f')).toBe(false)
      expect(isAbsent('f.br'), 'in another folder').toBe(false)
      expect(isAbsent(`dir/${'f'.repeat(300)}`), 'a name of more than 255 bytes').toBe(false)
      fs.symlinkSync('nowhere', folder.at('dir/f.gz'))
      expect(isAbsent('dir/f.gz'), 'a dangling symbolic link').toBe(false)
      renameSync(folder.at('other'), folder.at('dir/f.br'))
      expect(isAbsent('dir/f.br'), 'after the file appeared').toBe(false)
    } finally {
      await file.release()
      await remote.release()
    }
  })
})
