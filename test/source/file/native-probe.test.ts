import { execFileSync } from 'node:child_process'
import {
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { loadBindings } from '../../../src/native/bindings.js'
import { fileSource } from '../../../src/source/file/file-source.js'
import { versionAt } from '../../../src/source/file/file-version.js'
import { NativeProbe, SMALL_FILE } from '../../../src/source/file/native-probe.js'
import { Folder, pattern } from '../../fixture/files.js'
import { UncachedFolder } from '../../fixture/uncached-folder.js'

const capability = loadBindings()
const native = capability.kind === 'native' ? capability.calls : undefined

/** Files that were written so long ago that the next write shows. */
async function folderOf(files: Record<string, string | Uint8Array>): Promise<Folder> {
  const folder = new Folder(files)
  await pause(50)
  return folder
}

function into(path: string): NativeProbe {
  const glances = native && NativeProbe.into(path, native)
  if (glances === undefined) throw new Error(`nothing can be had of ${path} without waiting`)
  return glances
}

/** Somebody who renames a file at that moment, anywhere, can make the system say that it would have to wait. */
function sometime<T>(look: () => T | undefined): T | undefined {
  for (let tries = 1; tries < 20; tries += 1) {
    const seen = look()
    if (seen !== undefined) return seen
  }
  return look()
}

function textUnder(glances: NativeProbe, key: string): string | undefined {
  return sometime(() => glances.meet(key))?.bytes?.toString('latin1')
}

describe.skipIf(native === undefined)('a glance', () => {
  it('gives the version of a file, and all bytes of a small one', async () => {
    using folder = await folderOf({
      empty: '',
      'dir/é': 'text',
      most: pattern(SMALL_FILE),
      more: pattern(SMALL_FILE + 1),
    })
    const glances = into(folder.path)
    expect(textUnder(glances, 'empty')).toBe('')
    expect(textUnder(glances, 'dir/é')).toBe('text')
    expect(sometime(() => glances.meet('most'))?.bytes?.equals(pattern(SMALL_FILE))).toBe(true)
    expect(sometime(() => glances.meet('more'))).toMatchObject({
      identity: { size: BigInt(SMALL_FILE + 1) },
    })
    expect(glances.meet('more')?.bytes).toBeUndefined()
  })

  it('gives nothing of what is no file, not there, not beneath the root, or has too long a name', async () => {
    using folder = await folderOf({ 'root/dir/f': 'inside', secret: 'outside' })
    execFileSync('mkfifo', [folder.at('root/fifo')])
    symlinkSync('../secret', folder.at('root/up'))
    symlinkSync(folder.at('secret'), folder.at('root/absolute'))
    symlinkSync('/proc/self/root/etc/hostname', folder.at('root/magic'))
    const glances = into(folder.at('root'))
    expect(textUnder(glances, 'dir/f')).toBe('inside')
    for (const key of ['dir', 'dir/', '', 'none', 'fifo', 'up', 'absolute', 'magic', '../secret']) {
      expect(glances.meet(key), key).toBeUndefined()
    }
    expect(glances.meet(folder.at('secret'))).toBeUndefined()
    expect(glances.meet('x/'.repeat(3000))).toBeUndefined()
    expect(glances.meet('é'.repeat(2000))).toBeUndefined()
    expect(textUnder(glances, 'dir/f')).toBe('inside')
  })

  it('gives nothing of what was written just now: the next write might not show', async () => {
    using folder = await folderOf({ f: 'first' })
    const glances = into(folder.path)
    expect(textUnder(glances, 'f')).toBe('first')
    writeFileSync(folder.at('f'), 'again')
    expect(textUnder(glances, 'f')).toBeUndefined()
    await expect.poll(() => textUnder(glances, 'f')).toBe('again')
  })

  it('reads a slice of the very version that it is asked for', async () => {
    using folder = await folderOf({ 'dir/f': pattern(300_000) })
    const glances = into(folder.path)
    const path = folder.at('dir/f')
    const { identity } = sometime(() => glances.meet('dir/f')) ?? {}
    if (identity === undefined) throw new Error('nothing was seen')
    const file = { path, key: 'dir/f', version: versionAt(path, identity) }
    const read = (start: number, end: number) => sometime(() => glances.read(file, { start, end }))
    expect(read(200_000, 200_100)?.equals(pattern(300_000).subarray(200_000, 200_100))).toBe(true)
    expect(read(299_990, 300_001), 'beyond the end').toBeUndefined()
    expect(read(0, SMALL_FILE + 1), 'more than is read at once').toBeUndefined()
    expect(glances.isCurrent(file)).toBe(true)
    expect(sometime(() => glances.isBeneath(file) || undefined)).toBe(true)

    folder.write('other', pattern(300_000, 1))
    renameSync(folder.at('other'), path)
    expect(read(0, 100)).toBeUndefined()
    expect([glances.isCurrent(file), glances.isBeneath(file)]).toEqual([false, false])
  })

  it('sees that a folder on the way is a link out of the root now, though the file is the same', async () => {
    using folder = await folderOf({ 'root/dir/f': 'inside' })
    const glances = into(folder.at('root'))
    const path = folder.at('root/dir/f')
    const { identity } = sometime(() => glances.meet('dir/f')) ?? {}
    if (identity === undefined) throw new Error('nothing was seen')
    const file = { path, key: 'dir/f', version: versionAt(path, identity) }
    renameSync(folder.at('root/dir'), folder.at('moved'))
    symlinkSync('../moved', folder.at('root/dir'))
    expect([glances.isCurrent(file), glances.isBeneath(file)]).toEqual([true, false])
  })

  it('follows a root that is pointed elsewhere at once, as deployments do', async () => {
    using folder = await folderOf({ 'one/f': 'first', 'two/f': 'second' })
    symlinkSync('one', folder.at('root'))
    const glances = into(folder.at('root'))
    // Whoever follows a link first has its time of access written, which may have to be waited for.
    statSync(folder.at('root/f'))
    expect(textUnder(glances, 'f')).toBe('first')
    symlinkSync('two', folder.at('next'))
    renameSync(folder.at('next'), folder.at('root'))
    statSync(folder.at('root/f'))
    expect(textUnder(glances, 'f')).toBe('second')
    rmSync(folder.at('root'))
    expect(glances.meet('f')).toBeUndefined()
  })

  it('waits for no disk', async () => {
    using folder = new UncachedFolder()
    folder.write('f', pattern(100_000))
    await pause(50)
    const glances = into(folder.path)
    expect(glances.meet('f')).toBeUndefined()
    execFileSync('cat', [`${folder.path}/f`])
    expect(sometime(() => glances.meet('f'))?.bytes?.equals(pattern(100_000))).toBe(true)
  })

  it('leaves nothing open', async () => {
    using folder = await folderOf({ f: 'text' })
    mkdirSync(folder.at('dir'))
    const glances = into(folder.path)
    const before = readdirSync('/proc/self/fd').length
    for (let n = 0; n < 100; n += 1) for (const key of ['f', 'dir', 'none', '']) glances.meet(key)
    expect(readdirSync('/proc/self/fd').length).toBe(before)
  })

  it('is not cast into storage that somebody else keeps', () => {
    expect(native && NativeProbe.into('/proc', native)).toBeUndefined()
  })
})

describe.skipIf(native === undefined)('a folder as a source gives in one turn', () => {
  it('files that nobody has opened yet, and slices of large ones', async () => {
    using folder = await folderOf({ f: 'text', large: pattern(1_000_000) })
    const source = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
    const held = sometime(() => source.cached?.('f'))
    expect(held?.facts).toMatchObject({ name: 'f', size: 4 })
    expect(sometime(() => held?.read({ start: 1, end: 3 }))?.toString()).toBe('ex')
    const large = sometime(() => source.cached?.('large'))
    expect(sometime(() => large?.read({ start: 999_996, end: 1_000_000 }))).toEqual(
      pattern(1_000_000).subarray(999_996),
    )
    expect(large?.read({ start: 0, end: 1_000_000 })).toBeUndefined()
    expect(source.cached?.('none')).toBeUndefined()
  })

  it('the tag that it would have when it is opened', async () => {
    using folder = await folderOf({ f: 'text' })
    const options = { roots: [folder.path], dotfiles: 'ignore' } as const
    const opened = await fileSource(options).open('f', { method: 'GET' }, AbortSignal.timeout(9999))
    if (opened.kind !== 'representation') throw new Error(`it is ${opened.kind}`)
    const source = fileSource(options)
    expect(sometime(() => source.cached?.('f'))?.facts).toEqual(opened.representation.facts)
    await opened.representation.close()
  })
})

/** Bytes of buffers that somebody still holds. */
function buffersInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().arrayBuffers
}

describe.skipIf(native === undefined)('what is kept of small files', () => {
  it('is bounded for all roots of the process', async () => {
    const MANY = 2_000
    using folder = new Folder({ one: pattern(SMALL_FILE), two: pattern(SMALL_FILE, 1) })
    const roots = ['one', 'two'].map((name) => {
      mkdirSync(folder.at(`root-${name}`))
      for (let n = 0; n < MANY / 2; n += 1) {
        linkSync(folder.at(name), folder.at(`root-${name}/${n}`))
      }
      return folder.at(`root-${name}`)
    })
    await pause(50)
    const before = buffersInUse()
    for (const root of roots) {
      const source = fileSource({ roots: [root], dotfiles: 'ignore' })
      for (let n = 0; n < MANY / 2; n += 1) {
        const bytes = sometime(() => source.cached?.(`${n}`)?.read({ start: 0, end: SMALL_FILE }))
        if (bytes === undefined) throw new Error(`${n} is not had`)
      }
    }
    const kept = buffersInUse() - before
    expect(kept).toBeGreaterThan(50 * 1024 * 1024)
    expect(kept).toBeLessThan(190 * 1024 * 1024)
  })
})
