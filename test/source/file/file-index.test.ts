import { describe, expect, it } from 'vitest'
import { FileCache } from '../../../src/source/file/file-cache.js'
import { FileIndex } from '../../../src/source/file/file-index.js'
import { PORTABLE_PROBE } from '../../../src/source/file/file-probe.js'
import { FileRoot } from '../../../src/source/file/file-root.js'
import { identityIn } from '../../../src/source/file/file-version.js'
import { Folder } from '../../fixture/files.js'

/** More than an index has slots whose contents have no bytes. */
const MANY = 1_500
const MOST = 1_024

function stage(folder: Folder, index = new FileIndex(0)) {
  const probe = { ...PORTABLE_PROBE, isCurrent: () => true }
  const cache = new FileCache(new FileRoot(folder.path), index, probe, () => 0)
  const facts = { name: 'f', contentType: 'text/plain', size: 1 }
  const put = (n: number) => {
    const identity = { dev: 1n, ino: BigInt(n), size: 1n, mtimeNs: 0n, ctimeNs: 0n }
    cache.put(`${n}`, { path: folder.at(`${n}`), identity, facts, bytes: undefined })
  }
  const has = (n: number) => cache.find(`${n}`) !== undefined
  return { index, cache, put, has }
}

describe('FileIndex', () => {
  it('bounds the entries of all roots together', () => {
    using folder = new Folder({ 'one/f': '', 'two/f': '' })
    const { index, put } = stage(folder)
    const other = stage(folder, index)
    for (let n = 0; n < MANY; n += 1) {
      put(n)
      other.put(n)
    }
    expect(index.size).toBe(MOST)
  })

  it('keeps entries that are found again and again, and removes others', () => {
    using folder = new Folder()
    const { put, has } = stage(folder)
    for (let n = 0; n < 10; n += 1) put(n)
    for (let n = 10; n < 3 * MANY; n += 1) {
      put(n)
      for (let hot = 0; hot < 10; hot += 1) expect(has(hot)).toBe(true)
    }
    expect([has(10), has(3 * MANY - 1)]).toEqual([false, true])
  })

  it('never leaves the version of one file to the entry of another', () => {
    using folder = new Folder()
    const { cache, put, index } = stage(folder)
    for (let n = 0; n < 3 * MANY; n += 1) {
      put(n)
      if (n % 7 === 0) {
        const found = cache.find(`${n - 7}`) as { versions: Buffer; offset: number } | undefined
        if (found !== undefined)
          expect(identityIn(found.versions, found.offset).ino).toBe(BigInt(n - 7))
      }
      if (n % 100 === 99) put(n - 50)
    }
    expect(index.size).toBe(MOST)
  })

  it('takes the slots of removed entries again', () => {
    using folder = new Folder()
    const { index, cache, put, has } = stage(folder)
    for (let n = 0; n < 100; n += 1) put(n)
    cache.forget()
    expect([index.size, has(5)]).toEqual([0, false])
    for (let n = 0; n < 100; n += 1) put(n)
    expect([index.size, has(5)]).toEqual([100, true])
  })
})
