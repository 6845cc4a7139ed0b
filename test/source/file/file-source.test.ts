import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fileSource } from '../../../src/source/file/file-source.js'
import { byteSourceContract, bytesOf, openAt } from '../../contract/byte-source.contract.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder, pattern } from '../../fixture/files.js'

const live = new AbortController().signal
const GET = { method: 'GET' } as const

byteSourceContract('file-source', () => {
  const folder = new Folder()
  return {
    source: fileSource({ roots: [folder.path], dotfiles: 'ignore' }),
    put: (key, content) => void folder.write(key, content),
    remove: (key) => rmSync(folder.at(key)),
    openHandles: () => descriptorsBelow(folder.path),
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  }
})

function sourceOf(folder: Folder, dotfiles: 'allow' | 'deny' | 'ignore' = 'ignore') {
  return fileSource({ roots: [folder.path], dotfiles })
}

describe('fileSource refuses what leaves its root or is no file', () => {
  it.each([
    ['a symlink to a file outside', 'out-file', 'refused'],
    ['a symlink to a folder outside', 'out-dir/secret', 'refused'],
    ['a symlink that stays inside', 'in', 'representation'],
    ['a symlink that leads in a circle', 'circle', 'refused'],
    ['a symlink to nothing', 'dangling', 'absent'],
    ['a FIFO', 'fifo', 'refused'],
    ['a name that is too long', 'x'.repeat(300), 'absent'],
  ])('%s', async (_what, key, kind) => {
    using outside = new Folder({ secret: 'secret' })
    using folder = new Folder({ real: 'real' })
    symlinkSync(outside.at('secret'), folder.at('out-file'))
    symlinkSync(outside.path, folder.at('out-dir'))
    symlinkSync('real', folder.at('in'))
    symlinkSync('circle', folder.at('circle'))
    symlinkSync('nowhere', folder.at('dangling'))
    execFileSync('mkfifo', [folder.at('fifo')])
    const opened = await sourceOf(folder).open(key, GET, live)
    expect(opened.kind).toBe(kind)
    if (opened.kind === 'representation') await opened.representation.close()
    await expect.poll(() => descriptorsBelow(folder.path), { timeout: 5000 }).toBe(0)
    expect(descriptorsBelow(outside.path)).toBe(0)
  })

  it('a FIFO does not hang it, not even more of them than the pool has threads', async () => {
    using folder = new Folder({ file: 'x' })
    execFileSync('mkfifo', [folder.at('fifo')])
    const source = sourceOf(folder)
    const opened = await Promise.all(
      Array.from({ length: 16 }, () => source.open('fifo', GET, live)),
    )
    expect(opened.every(({ kind }) => kind === 'refused')).toBe(true)
    await (await openAt(source, 'file')).close()
  })

  it.each([
    ['ignore', '.env', 'absent'],
    ['ignore', 'dir/.git/config', 'absent'],
    ['ignore', '.well-known/acme', 'representation'],
    ['ignore', 'dir/.well-known/acme', 'absent'],
    ['deny', '.env', 'refused'],
    ['allow', '.env', 'representation'],
  ] as const)('dotfiles %s: %s is %s', async (dotfiles, key, kind) => {
    using folder = new Folder({
      '.env': 'x',
      'dir/.git/config': 'x',
      '.well-known/acme': 'x',
      'dir/.well-known/acme': 'x',
    })
    const opened = await sourceOf(folder, dotfiles).open(key, GET, live)
    expect(opened.kind).toBe(kind)
    if (opened.kind === 'representation') await opened.representation.close()
  })

  it('a root that is a symlink may be pointed elsewhere while it is served', async () => {
    using releases = new Folder({ 'one/v': '1', 'two/v': '2' })
    symlinkSync('one', releases.at('current'))
    const source = fileSource({ roots: [releases.at('current')], dotfiles: 'ignore' })
    const read = async () => {
      const representation = await openAt(source, 'v')
      const bytes = await bytesOf(representation, { start: 0, end: 1 })
      await representation.close()
      return bytes.toString()
    }
    expect(await read()).toBe('1')
    symlinkSync('two', releases.at('next'))
    renameSync(releases.at('next'), releases.at('current'))
    expect(await read()).toBe('2')
  })

  it('several roots are asked in turn', async () => {
    using first = new Folder({ both: 'first' })
    using second = new Folder({ both: 'second!', only: 'x' })
    const source = fileSource({ roots: [first.path, second.path], dotfiles: 'ignore' })
    const sizes = ['both', 'only'].map(async (key) => {
      const representation = await openAt(source, key)
      await representation.close()
      return representation.facts.size
    })
    expect(await Promise.all(sizes)).toEqual([5, 1])
    const names = (await source.list?.('', live))?.map(({ name }) => name)
    expect(names?.sort()).toEqual(['both', 'only'])
  })

  it.each(['/nonexistent/folder', 'package.json'])('a root that is no folder: %s', (root) => {
    const make = () => fileSource({ roots: [root], dotfiles: 'ignore' })
    expect(make).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }))
    expect(make).toThrow(/root: wants a readable directory/)
  })
})

describe('fileSource tells versions apart', () => {
  const tagOf = async (source: ReturnType<typeof fileSource>) => {
    const representation = await openAt(source, 'v')
    await representation.close()
    return representation.facts.etag
  }

  it('also where size, second and mtime are put back', async () => {
    using folder = new Folder({ v: 'aaaa' })
    const source = sourceOf(folder)
    const when = new Date('2020-01-01T00:00:00Z')
    utimesSync(folder.at('v'), when, when)
    const before = await tagOf(source)
    writeFileSync(folder.at('v'), 'bbbb')
    utimesSync(folder.at('v'), when, when)
    expect(await tagOf(source)).not.toBe(before)
  })

  it('a file that is replaced by one of the same size has another tag', async () => {
    using folder = new Folder({ v: 'aaaa', next: 'bbbb' })
    const source = sourceOf(folder)
    const before = await tagOf(source)
    renameSync(folder.at('next'), folder.at('v'))
    expect(await tagOf(source)).not.toBe(before)
  })

  it('twenty rewrites in a row share no tag', async () => {
    using folder = new Folder({ v: 'aaaa' })
    const source = sourceOf(folder)
    const tags = new Set<string | undefined>()
    for (let version = 0; version < 20; version += 1) {
      writeFileSync(folder.at('v'), `v${String(version).padStart(3, '0')}`)
      tags.add(await tagOf(source))
    }
    expect(tags.size).toBe(20)
  })

  it('a fresh file is waited for until its clock has ticked', async () => {
    using folder = new Folder({ v: 'x' })
    let looks = 0
    const source = fileSource({
      roots: [folder.path],
      dotfiles: 'ignore',
      now: () => {
        looks += 1
        return Date.now()
      },
    })
    writeFileSync(folder.at('v'), 'y')
    expect(await tagOf(source)).toBeDefined()
    expect(looks).toBeGreaterThan(1)
  })

  it('a file that never comes to rest goes out without a validator', async () => {
    using folder = new Folder({ v: 'x' })
    const stat = Date.now()
    utimesSync(folder.at('v'), new Date(), new Date())
    const source = fileSource({ roots: [folder.path], dotfiles: 'ignore', now: () => stat + 1 })
    expect(await tagOf(source)).toBeUndefined()
  })
})

describe('a file that changes under a running read', () => {
  const LENGTH = 1_500_000

  it.each<[string, (path: string) => void, string]>([
    ['is cut short', (path) => truncateSync(path, 300_000), 'REPRESENTATION_CHANGED'],
    ['grows', (path) => appendFileSync(path, 'more'), 'REPRESENTATION_CHANGED'],
    [
      'is rewritten in place',
      (path) => writeFileSync(path, pattern(LENGTH, 9)),
      'REPRESENTATION_CHANGED',
    ],
    [
      'is rewritten in place with its mtime put back',
      (path) => {
        const descriptor = openSync(path, 'r+')
        ftruncateSync(descriptor, LENGTH)
        closeSync(descriptor)
        writeFileSync(path, pattern(LENGTH, 9), { flag: 'r+' })
        utimesSync(path, new Date(0), new Date(0))
      },
      'REPRESENTATION_CHANGED',
    ],
    [
      'is replaced',
      (path) => {
        writeFileSync(`${path}.new`, 'x')
        renameSync(`${path}.new`, path)
      },
      'whole',
    ],
    ['is removed', (path) => rmSync(path), 'whole'],
    ['gets another name besides', (path) => linkSync(path, `${path}.link`), 'whole'],
    ['gets another mode', (path) => chmodSync(path, 0o600), 'whole'],
  ])('%s', async (_how, change, outcome) => {
    using folder = new Folder({ 'dir/f': pattern(LENGTH) })
    mkdirSync(folder.at('other'))
    const representation = await openAt(sourceOf(folder), 'dir/f')
    const received: Uint8Array[] = []
    const reading = (async () => {
      for await (const chunk of representation.read({ start: 0, end: LENGTH }, live)) {
        received.push(Uint8Array.from(chunk))
        if (received.length === 1) change(folder.at('dir/f'))
      }
      return 'whole'
    })()
    expect(await reading.catch(({ code }) => code)).toBe(outcome)
    const bytes = Buffer.concat(received)
    expect(bytes.equals(pattern(LENGTH).subarray(0, bytes.length))).toBe(true)
    expect(bytes.length === LENGTH).toBe(outcome === 'whole')
    await representation.close()
    await expect.poll(() => descriptorsBelow(folder.path), { timeout: 5000 }).toBe(0)
  })
})

it('what excused one change of the ctime excuses none that follows', async () => {
  using folder = new Folder({ f: pattern(4_000_000) })
  const representation = await openAt(sourceOf(folder), 'f')
  const when = new Date(representation.facts.lastModified ?? 0)
  utimesSync(folder.at('f'), when, when)
  const again = await openAt(sourceOf(folder), 'f')
  const reading = (async () => {
    let chunks = 0
    for await (const _chunk of again.read({ start: 0, end: 4_000_000 }, live)) {
      chunks += 1
      if (chunks === 1) linkSync(folder.at('f'), folder.at('g'))
      if (chunks === 4) {
        writeFileSync(folder.at('f'), pattern(4_000_000, 7), { flag: 'r+' })
        utimesSync(folder.at('f'), when, when)
      }
    }
  })()
  await expect(reading).rejects.toMatchObject({ code: 'REPRESENTATION_CHANGED' })
  await Promise.all([representation.close(), again.close()])
})

it('holds no more than 256 files open, of all roots of the process', async () => {
  const MANY = 200
  const names = Array.from({ length: MANY }, (_, n) => [`f${n}`, 'x'] as const)
  using one = new Folder(Object.fromEntries(names))
  using two = new Folder(Object.fromEntries(names))
  for (const folder of [one, two]) {
    const source = sourceOf(folder)
    const opened = await Promise.all(names.map(([name]) => openAt(source, name)))
    await Promise.all(opened.map((each) => each.close()))
  }
  const held = () => descriptorsBelow(one.path) + descriptorsBelow(two.path)
  await expect.poll(held).toBeLessThanOrEqual(256)
  expect(held()).toBeGreaterThan(100)
})

it('a folder that is moved out of the root is not served from what is held open', async () => {
  using outside = new Folder()
  using folder = new Folder({ 'd/f': 'x' })
  const source = sourceOf(folder)
  const kind = async () => {
    const opened = await source.open('d/f', GET, live)
    if (opened.kind === 'representation') await opened.representation.close()
    return opened.kind
  }
  expect(await kind()).toBe('representation')
  renameSync(folder.at('d'), outside.at('d'))
  symlinkSync(outside.at('d'), folder.at('d'))
  await expect.poll(kind, { timeout: 5000 }).toBe('refused')
})

describe('a listing shows nothing that could not be fetched', () => {
  it('leaves out dotfiles, odd files, symlinks out, and names no target can carry', async () => {
    using outside = new Folder({ secret: 'x' })
    using folder = new Folder({
      'plain.txt': '1',
      '.hidden': 'x',
      'dir/.git/x': 'x',
      'a\\b': 'x',
      'line\nbreak': 'x',
    })
    symlinkSync(outside.at('secret'), folder.at('out'))
    symlinkSync('plain.txt', folder.at('alias'))
    symlinkSync('nowhere', folder.at('dangling'))
    execFileSync('mkfifo', [folder.at('fifo')])
    const names = async (key: string) =>
      (await sourceOf(folder).list?.(key, live))?.map(({ name }) => name).sort()
    expect(await names('')).toEqual(['alias', 'dir', 'plain.txt'])
    expect(await names('dir/')).toEqual([])
  })
})
