import { execFileSync } from 'node:child_process'
import {
  linkSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadBindings } from '../../../src/native/bindings.js'
import type { ProbeTarget } from '../../../src/source/file/file-probe.js'
import { fileSource } from '../../../src/source/file/file-source.js'
import { versionedPath } from '../../../src/source/file/file-version.js'
import { NativeProbe, SMALL_FILE } from '../../../src/source/file/native-probe.js'
import { CLOCK_GRAIN, type FileClock } from '../../../src/source/file/settled-stat.js'
import { openAt } from '../../contract/byte-source.contract.js'
import { Folder, pattern } from '../../fixture/files.js'
import { buffersInUse } from '../../fixture/garbage.js'
import { SETTLED_CLOCK, settledSource } from '../../fixture/settled-files.js'
import { UncachedFolder } from '../../fixture/uncached-folder.js'

const capability = loadBindings()
const native = capability.kind === 'native' ? capability.calls : undefined

function probeOf(root: string, clock: Pick<FileClock, 'now'> = SETTLED_CLOCK): NativeProbe {
  const probe = native && NativeProbe.forRoot(root, native, clock)
  if (probe === undefined) throw new Error(`${root} is not on local storage`)
  return probe
}

/** Repeats a probe: a rename anywhere on the system makes openat2 with RESOLVE_CACHED fail with EAGAIN. */
function eventually<T>(probe: () => T | undefined): T | undefined {
  for (let tries = 1; tries < 20; tries += 1) {
    const result = probe()
    if (result !== undefined) return result
  }
  return probe()
}

/**
 * Makes a symbolic link whose use writes no time of access, which may block: the probe then finds nothing. A link that
 * is as old as its time of access gets another one at each use (relatime), until the clock of the kernel has moved on.
 */
function linkTo(target: string, path: string): void {
  symlinkSync(target, path)
  const seconds = Date.now() / 1000
  lutimesSync(path, seconds + 3_600, seconds - 3_600)
}

function textOf(probe: NativeProbe, key: string): string | undefined {
  return eventually(() => probe.probe(key))?.bytes?.toString('latin1')
}

/** The version of `dir/f` in the root, as a probe finds it. */
function targetIn(root: string, probe: NativeProbe): ProbeTarget {
  const { identity } = eventually(() => probe.probe('dir/f')) ?? {}
  if (identity === undefined) throw new Error('the probe found no file')
  const path = `${root}/dir/f`
  return { path, key: 'dir/f', versions: versionedPath(path, identity), offset: 0 }
}

describe.skipIf(native === undefined)('NativeProbe', () => {
  it('finds the version of a file, and reads a small file whole', () => {
    using folder = new Folder({
      empty: '',
      'dir/é': 'text',
      most: pattern(SMALL_FILE),
      more: pattern(SMALL_FILE + 1),
    })
    const probe = probeOf(folder.path)
    expect(textOf(probe, 'empty')).toBe('')
    expect(textOf(probe, 'dir/é')).toBe('text')
    expect(eventually(() => probe.probe('most'))?.bytes?.equals(pattern(SMALL_FILE))).toBe(true)
    expect(eventually(() => probe.probe('more'))).toMatchObject({
      identity: { size: BigInt(SMALL_FILE + 1) },
    })
    expect(probe.probe('more')?.bytes).toBeUndefined()
  })

  it('finds nothing that is no regular file, outside the root, or has too long a path', () => {
    using folder = new Folder({ 'root/dir/f': 'inside', secret: 'outside' })
    execFileSync('mkfifo', [folder.at('root/fifo')])
    symlinkSync('../secret', folder.at('root/up'))
    symlinkSync(folder.at('secret'), folder.at('root/absolute'))
    symlinkSync('/proc/self/root/etc/hostname', folder.at('root/magic'))
    const probe = probeOf(folder.at('root'))
    expect(textOf(probe, 'dir/f')).toBe('inside')
    for (const key of ['dir', 'dir/', '', 'none', 'fifo', 'up', 'absolute', 'magic', '../secret']) {
      expect(probe.probe(key), key).toBeUndefined()
    }
    expect(probe.probe(folder.at('secret'))).toBeUndefined()
    expect(probe.probe('x/'.repeat(3000))).toBeUndefined()
    expect(probe.probe('é'.repeat(2000))).toBeUndefined()
    expect(textOf(probe, 'dir/f')).toBe('inside')
  })

  it('finds no fresh file: the next write may leave the same ctime', () => {
    using folder = new Folder({ f: 'text' })
    const { ctimeMs } = statSync(folder.at('f'))
    let now = ctimeMs
    const probe = probeOf(folder.path, { now: () => now })
    expect(textOf(probe, 'f')).toBeUndefined()
    now += CLOCK_GRAIN - 1
    expect(textOf(probe, 'f')).toBeUndefined()
    now += 2
    expect(textOf(probe, 'f')).toBe('text')
  })

  it('reads a slice of exactly the version that it was given', () => {
    using folder = new Folder({ 'dir/f': pattern(300_000) })
    const probe = probeOf(folder.path)
    const file = targetIn(folder.path, probe)
    const read = (start: number, end: number) => eventually(() => probe.read(file, { start, end }))
    expect(read(200_000, 200_100)?.equals(pattern(300_000).subarray(200_000, 200_100))).toBe(true)
    expect(read(299_990, 300_001), 'past the end').toBeUndefined()
    expect(read(0, SMALL_FILE + 1), 'longer than one probe reads').toBeUndefined()
    expect(probe.isCurrent(file)).toBe(true)
    expect(eventually(() => probe.isWithinRoot(file) || undefined)).toBe(true)

    folder.write('other', pattern(300_000, 1))
    renameSync(folder.at('other'), folder.at('dir/f'))
    expect(read(0, 100)).toBeUndefined()
    expect([probe.isCurrent(file), probe.isWithinRoot(file)]).toEqual([false, false])
  })

  it('isUnlinked is true for a file that is no link, and is that version', () => {
    using folder = new Folder({ 'dir/f': 'text', 'dir/other': 'else' })
    symlinkSync('dir/f', folder.at('link'))
    const probe = probeOf(folder.path)
    const file = targetIn(folder.path, probe)
    const path = folder.at('link')
    const versions = versionedPath(path, statSync(path, { bigint: true }))
    const link = { path, key: 'link', versions, offset: 0 }
    expect([probe.isUnlinked(file), probe.isCurrent(file)]).toEqual([true, true])
    expect([probe.isUnlinked(link), probe.isCurrent(link)]).toEqual([false, true])
    renameSync(folder.at('dir/other'), folder.at('dir/f'))
    expect([probe.isUnlinked(file), probe.isCurrent(file)]).toEqual([false, false])
  })

  it.each([
    ['the root', '.', true],
    ['a folder', 'dir', true],
    ['a folder of a folder', 'dir/sub', true],
    ['a link to a folder of the root', 'link', true],
    ['a link out of the root', 'up', false],
    ['an absolute link', 'absolute', false],
    ['a file', 'dir/f', false],
    ['nothing', 'none', false],
    ['a folder outside', '../outside', false],
  ])('isFolderWithinRoot judges %s', (_what, key, isWithin) => {
    using folder = new Folder({ 'root/dir/f': 'text', 'root/dir/sub/f': 'x', 'outside/f': 'y' })
    linkTo('dir', folder.at('root/link'))
    symlinkSync('../outside', folder.at('root/up'))
    symlinkSync(folder.at('outside'), folder.at('root/absolute'))
    const probe = probeOf(folder.at('root'))
    expect(eventually(() => probe.isFolderWithinRoot(key) || undefined) ?? false).toBe(isWithin)
  })

  it('isWithinRoot is false once a folder on the way is a link out of the root', () => {
    using folder = new Folder({ 'root/dir/f': 'inside' })
    const probe = probeOf(folder.at('root'))
    const file = targetIn(folder.at('root'), probe)
    renameSync(folder.at('root/dir'), folder.at('moved'))
    symlinkSync('../moved', folder.at('root/dir'))
    expect([probe.isCurrent(file), probe.isWithinRoot(file)]).toEqual([true, false])
  })

  it('follows a root that is a symbolic link when a deployment points it at another folder', () => {
    using folder = new Folder({ 'one/f': 'first', 'two/f': 'second' })
    linkTo('one', folder.at('root'))
    const probe = probeOf(folder.at('root'))
    expect(textOf(probe, 'f')).toBe('first')
    linkTo('two', folder.at('next'))
    renameSync(folder.at('next'), folder.at('root'))
    expect(textOf(probe, 'f')).toBe('second')
    rmSync(folder.at('root'))
    expect(probe.probe('f')).toBeUndefined()
  })

  it('finds nothing that would have to be read from a disk', () => {
    using folder = new UncachedFolder()
    folder.write('f', pattern(100_000))
    const probe = probeOf(folder.path)
    expect(probe.probe('f')).toBeUndefined()
    execFileSync('cat', [`${folder.path}/f`])
    expect(eventually(() => probe.probe('f'))?.bytes?.equals(pattern(100_000))).toBe(true)
  })

  it('leaves no descriptor open', () => {
    using folder = new Folder({ f: 'text' })
    mkdirSync(folder.at('dir'))
    const probe = probeOf(folder.path)
    const before = readdirSync('/proc/self/fd').length
    for (let n = 0; n < 100; n += 1) for (const key of ['f', 'dir', 'none', '']) probe.probe(key)
    expect(readdirSync('/proc/self/fd').length).toBe(before)
  })

  it('does not exist for a root that is not on local storage', () => {
    expect(native && NativeProbe.forRoot('/proc', native, SETTLED_CLOCK)).toBeUndefined()
  })
})

describe.skipIf(native === undefined)('fileSource.cached with a native probe', () => {
  it('finds files that were never opened, and reads slices of large ones', () => {
    using folder = new Folder({ f: 'text', large: pattern(1_000_000) })
    const source = settledSource(folder)
    const small = eventually(() => source.cached?.('f'))
    expect(small?.facts).toMatchObject({ name: 'f', size: 4 })
    expect(eventually(() => small?.read({ start: 1, end: 3 }))?.toString()).toBe('ex')
    const large = eventually(() => source.cached?.('large'))
    expect(eventually(() => large?.read({ start: 999_996, end: 1_000_000 }))).toEqual(
      pattern(1_000_000).subarray(999_996),
    )
    expect(large?.read({ start: 0, end: 1_000_000 })).toBeUndefined()
    expect(source.cached?.('none')).toBeUndefined()
  })

  it('has the same facts as when the file is opened', async () => {
    using folder = new Folder({ f: 'text' })
    const representation = await openAt(settledSource(folder), 'f')
    const found = eventually(() => settledSource(folder).cached?.('f'))
    expect(found?.facts).toEqual(representation.facts)
    await representation.close()
  })
})

describe.skipIf(native === undefined)('the contents that file sources cache', () => {
  it('take a bounded amount of memory for all roots of the process', () => {
    const MANY = 2_000
    using folder = new Folder({ one: pattern(SMALL_FILE), two: pattern(SMALL_FILE, 1) })
    const roots = ['one', 'two'].map((name) => {
      mkdirSync(folder.at(`root-${name}`))
      for (let n = 0; n < MANY / 2; n += 1) {
        linkSync(folder.at(name), folder.at(`root-${name}/${n}`))
      }
      return folder.at(`root-${name}`)
    })
    const before = buffersInUse()
    const sources = roots.map((root) =>
      fileSource({ roots: [root], dotfiles: 'ignore', clock: SETTLED_CLOCK }),
    )
    for (const source of sources) {
      for (let n = 0; n < MANY / 2; n += 1) {
        const slice = { start: 0, end: SMALL_FILE }
        const bytes = eventually(() => source.cached?.(`${n}`)?.read(slice))
        if (bytes === undefined) throw new Error(`${n} was not found`)
      }
    }
    const kept = buffersInUse() - before
    expect(kept).toBeGreaterThan(50 * 1024 * 1024)
    expect(kept).toBeLessThan(190 * 1024 * 1024)
    // Used after the count: the contents of a source that nothing refers to are garbage.
    expect(sources).toHaveLength(2)
  })
})
