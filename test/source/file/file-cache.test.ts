import { describe, expect, it } from 'vitest'
import { SEGMENT_SIZE } from '../../../src/source/file/content-slab.js'
import { FileCache } from '../../../src/source/file/file-cache.js'
import { FileIndex } from '../../../src/source/file/file-index.js'
import type { FileProbe, ProbeResult } from '../../../src/source/file/file-probe.js'
import { FileRoot } from '../../../src/source/file/file-root.js'
import type { FileIdentity } from '../../../src/source/file/file-version.js'
import { Folder } from '../../fixture/files.js'

const identity = (ino: bigint): FileIdentity => ({
  dev: 1n,
  ino,
  size: 4n,
  mtimeNs: 1n,
  ctimeNs: 1n,
})

/** A probe whose results the test sets, with the calls that it received. */
class ScriptedProbe implements FileProbe {
  readonly calls: string[] = []
  current = true
  unlinked = true
  withinRoot = true
  folderWithinRoot = false
  result: ProbeResult | undefined

  isCurrent(): boolean {
    this.calls.push('isCurrent')
    return this.current
  }

  isUnlinked(): boolean {
    this.calls.push('isUnlinked')
    return this.unlinked
  }

  isFolderWithinRoot(key: string): boolean {
    this.calls.push(`isFolderWithinRoot ${key}`)
    return this.folderWithinRoot
  }

  isWithinRoot(): boolean {
    this.calls.push('isWithinRoot')
    return this.withinRoot
  }

  probe(): ProbeResult | undefined {
    this.calls.push('probe')
    return this.result
  }

  read(): Buffer {
    this.calls.push('read')
    return Buffer.from('read')
  }
}

function stage(folder: Folder, entries = new FileIndex()) {
  const probe = new ScriptedProbe()
  let now = 0
  const root = new FileRoot(folder.path)
  const cache = new FileCache(root, entries, probe, () => now)
  const facts = { name: 'f', contentType: 'text/plain', size: 4, etag: '"1"' }
  const put = (ino: bigint, bytes?: Buffer) =>
    cache.put('f', { path: folder.at('f'), identity: identity(ino), facts, bytes })
  const advance = (ms: number) => {
    now += ms
  }
  return { cache, probe, facts, put, advance }
}

describe('FileCache.find', () => {
  it('returns an entry, its facts and its content only after a probe confirmed the version', () => {
    using folder = new Folder()
    const { cache, probe, facts, put } = stage(folder)
    put(1n, Buffer.from('text'))
    const found = cache.find('f')
    expect(found?.facts).toBe(facts)
    expect(found?.read({ start: 1, end: 3 })?.toString()).toBe('ex')
    expect(probe.calls).toEqual(['isCurrent'])
    probe.current = false
    expect(cache.find('f')).toBeUndefined()
    expect(probe.calls.splice(0)).toEqual(['isCurrent', 'isCurrent', 'probe'])
    probe.current = true
    expect(cache.find('f'), 'the outdated entry was removed').toBeUndefined()
    expect(probe.calls).toEqual(['probe'])
  })

  it('verifies once in 900 ms that the folder lies within the root, and that the file is no link', () => {
    using folder = new Folder()
    const { cache, probe, put, advance } = stage(folder)
    probe.folderWithinRoot = true
    put(1n, Buffer.from('text'))
    for (const ms of [0, 901, 1, 899, 1]) {
      advance(ms)
      expect(cache.find('f')).toBeDefined()
    }
    expect(probe.calls).toEqual([
      'isCurrent',
      ...['isFolderWithinRoot .', 'isUnlinked'],
      'isUnlinked',
      'isUnlinked',
      ...['isFolderWithinRoot .', 'isUnlinked'],
    ])
  })

  it('verifies a file that is a link by its own path', () => {
    using folder = new Folder()
    const { cache, probe, put, advance } = stage(folder)
    Object.assign(probe, { folderWithinRoot: true, unlinked: false })
    put(1n, Buffer.from('text'))
    for (const ms of [901, 1]) {
      advance(ms)
      expect(cache.find('f')).toBeDefined()
    }
    expect(probe.calls).toEqual([
      ...['isFolderWithinRoot .', 'isUnlinked', 'isWithinRoot'],
      ...['isUnlinked', 'isCurrent'],
    ])
    probe.withinRoot = false
    advance(901)
    expect(cache.find('f')).toBeUndefined()
  })

  it('verifies a file by its own path where that of its folder cannot be verified', () => {
    using folder = new Folder()
    const { cache, probe, put, advance } = stage(folder)
    put(1n, Buffer.from('text'))
    for (const ms of [0, 900, 1, 900, 1]) {
      advance(ms)
      expect(cache.find('f')).toBeDefined()
    }
    const own = ['isFolderWithinRoot .', 'isWithinRoot']
    expect(probe.calls).toEqual(['isCurrent', 'isCurrent', ...own, 'isCurrent', ...own])
    probe.withinRoot = false
    advance(901)
    expect(cache.find('f')).toBeUndefined()
  })

  it('adds what a probe finds, and keeps the value rendered from it', () => {
    using folder = new Folder()
    const { cache, probe } = stage(folder)
    probe.result = { identity: identity(1n), bytes: Buffer.from('text') }
    const found = cache.find('f')
    expect(found?.facts).toMatchObject({ name: 'f', size: 4, etag: expect.any(String) })
    if (found !== undefined) found.rendered = 'headers'
    expect(cache.find('f')?.rendered).toBe('headers')
    expect(probe.calls).toEqual(['probe', 'isCurrent'])
  })

  it('probes again for the content of a small file that is known without it', () => {
    using folder = new Folder()
    const { cache, probe, put } = stage(folder)
    put(1n)
    expect(cache.find('f')?.read({ start: 0, end: 4 })?.toString()).toBe('read')
    probe.result = { identity: identity(1n), bytes: Buffer.from('text') }
    expect(cache.find('f')?.read({ start: 0, end: 4 })?.toString()).toBe('text')
  })

  it('keeps facts and rendered fields of a file whose content was replaced in the slab', () => {
    using folder = new Folder()
    const entries = new FileIndex(SEGMENT_SIZE)
    const { cache, probe, put } = stage(folder, entries)
    put(1n, Buffer.from('text'))
    const found = cache.find('f')
    if (found !== undefined) found.rendered = 'headers'
    entries.contents.add(Buffer.alloc(SEGMENT_SIZE))
    probe.result = { identity: identity(1n), bytes: Buffer.from('text') }
    expect(cache.find('f')).toMatchObject({ facts: found?.facts, rendered: 'headers' })
    expect(cache.find('f')?.read({ start: 0, end: 4 })?.toString()).toBe('text')
    expect(probe.calls).toEqual(['isCurrent', 'probe', 'isCurrent'])
  })

  it('reads each time where no contents are kept', () => {
    using folder = new Folder()
    const { cache, probe, put } = stage(folder, new FileIndex(0))
    put(1n, Buffer.from('text'))
    expect(cache.find('f')?.read({ start: 0, end: 4 })?.toString()).toBe('read')
    expect(probe.calls).toEqual(['isCurrent', 'read'])
  })

  it('retains a content that is replaced meanwhile', () => {
    using folder = new Folder()
    const entries = new FileIndex(SEGMENT_SIZE)
    const { cache, put } = stage(folder, entries)
    put(1n, Buffer.from('text'))
    const found = cache.find('f')
    const [bytes, release] = [found?.read({ start: 0, end: 4 }), found?.retain?.()]
    const replace = () => entries.contents.add(Buffer.alloc(SEGMENT_SIZE))
    expect([replace(), bytes?.toString()]).toEqual([undefined, 'text'])
    release?.()
    expect([replace() !== undefined, bytes?.toString()]).toEqual([true, '\0\0\0\0'])
  })

  it.each(['f\0', '/f', 'd//f'])('calls no probe for the key %j, which no file can have', (key) => {
    using folder = new Folder()
    const { cache, probe } = stage(folder)
    probe.result = { identity: identity(1n), bytes: Buffer.from('text') }
    expect(cache.find(key)).toBeUndefined()
    expect(probe.calls).toEqual([])
  })
})

describe('FileCache.put', () => {
  it('keeps the content of the same version, and drops that of another', () => {
    using folder = new Folder()
    const { cache, put, probe } = stage(folder)
    put(1n, Buffer.from('text'))
    put(1n)
    expect(cache.find('f')?.read({ start: 0, end: 4 })?.toString()).toBe('text')
    put(2n)
    expect(cache.find('f')?.read({ start: 0, end: 4 })?.toString()).toBe('read')
    expect(probe.calls).toContain('read')
  })
})

describe('FileCache.forget', () => {
  it('removes the entries of its root and verifies its folders again', () => {
    using folder = new Folder({ 'one/f': '', 'two/f': '' })
    const entries = new FileIndex()
    const caches = ['one', 'two'].map((name) => {
      const probe = new ScriptedProbe()
      return { probe, cache: new FileCache(new FileRoot(folder.at(name)), entries, probe) }
    })
    const facts = { name: 'f', contentType: 'text/plain', size: 4 }
    for (const { cache } of caches) {
      const path = folder.at('f')
      cache.put('f', { path, identity: identity(1n), facts, bytes: Buffer.from('text') })
    }
    caches[0]?.cache.forget()
    expect(caches.map(({ cache }) => cache.find('f') !== undefined)).toEqual([false, true])
    expect(entries.size).toBe(1)
  })
})
