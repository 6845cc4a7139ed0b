import { statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FileCacheEntries } from '../../../src/source/file/file-cache.js'
import { FileCache, fileCacheEntries } from '../../../src/source/file/file-cache.js'
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
  withinRoot = true
  result: ProbeResult | undefined

  isCurrent(): boolean {
    this.calls.push('isCurrent')
    return this.current
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

function stage(folder: Folder, entries: FileCacheEntries = fileCacheEntries()) {
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

  it('verifies once in 900 ms that the path lies within the root', () => {
    using folder = new Folder()
    const { cache, probe, put, advance } = stage(folder)
    put(1n, Buffer.from('text'))
    for (const ms of [0, 900, 1, 900, 1]) {
      advance(ms)
      expect(cache.find('f')).toBeDefined()
    }
    expect(probe.calls).toEqual([
      'isCurrent',
      'isCurrent',
      'isWithinRoot',
      'isCurrent',
      'isWithinRoot',
    ])
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

describe('fileCacheEntries', () => {
  it('bounds the bytes of all roots together, and removes the least recently used entries', () => {
    using folder = new Folder({ 'one/f': '', 'two/f': '' })
    const entries = fileCacheEntries(10_000)
    const caches = ['one', 'two'].map((name) => {
      return new FileCache(new FileRoot(folder.at(name)), entries, new ScriptedProbe())
    })
    const facts = { name: 'f', contentType: 'text/plain', size: 2_000 }
    for (const [index, cache] of caches.entries()) {
      for (let n = 0; n < 4; n += 1) {
        const path = folder.at(`${index}/${n}`)
        cache.put(`${n}`, { path, identity: identity(1n), facts, bytes: Buffer.alloc(2_000) })
      }
    }
    expect(entries.size).toBe(2)
    expect(entries.calculatedSize).toBeLessThanOrEqual(10_000)
    expect(caches[0]?.find('3')).toBeUndefined()
    expect(caches[1]?.find('3')).toBeDefined()
  })

  it('separates equal keys of different roots', () => {
    using one = new Folder({ f: 'x' })
    using two = new Folder({ f: 'x' })
    const entries = fileCacheEntries()
    const first = stage(one, entries)
    const second = stage(two, entries)
    first.put(statSync(one.at('f'), { bigint: true }).ino, Buffer.from('text'))
    expect(first.cache.find('f')).toBeDefined()
    expect(second.cache.find('f')).toBeUndefined()
  })
})
