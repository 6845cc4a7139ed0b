import { execFileSync } from 'node:child_process'
import { renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ByteSource } from '../../../src/source/byte-source.js'
import { fileSource } from '../../../src/source/file/file-source.js'
import { byteSourceContract, bytesOf, openAt } from '../../contract/byte-source.contract.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder } from '../../fixture/files.js'
import { rewrite, settledSource } from '../../fixture/settled-files.js'

const live = new AbortController().signal
const GET = { method: 'GET' } as const

byteSourceContract('fileSource', () => {
  const folder = new Folder()
  return {
    source: fileSource({ roots: [folder.path], dotfiles: 'ignore' }),
    put: (key, content) => void folder.write(key, content),
    remove: (key) => rmSync(folder.at(key)),
    openHandles: () => descriptorsBelow(folder.path),
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  }
})

/** The kind of what a source opens, which is closed again. */
async function kindOf(source: ByteSource, key: string): Promise<string> {
  const opened = await source.open(key, GET, live)
  if (opened.kind === 'representation') await opened.representation.close()
  return opened.kind
}

describe('fileSource with the option dotfiles', () => {
  it.each([
    ['ignore', '.env', 'absent'],
    ['ignore', 'dir/.git/config', 'absent'],
    ['ignore', '.well-known/acme', 'representation'],
    ['ignore', 'dir/.well-known/acme', 'absent'],
    ['deny', '.env', 'refused'],
    ['allow', '.env', 'representation'],
  ] as const)('%s opens %s as %s', async (dotfiles, key, kind) => {
    using folder = new Folder({
      '.env': 'x',
      'dir/.git/config': 'x',
      '.well-known/acme': 'x',
      'dir/.well-known/acme': 'x',
    })
    const source = fileSource({ roots: [folder.path], dotfiles })
    expect(await kindOf(source, key)).toBe(kind)
    expect(source.cached?.(key) === undefined || kind === 'representation').toBe(true)
  })
})

describe('the roots of fileSource', () => {
  it('may be symbolic links that are pointed at another folder while it is served', async () => {
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

  it('are tried in order, and listed together', async () => {
    using first = new Folder({ both: 'first' })
    using second = new Folder({ both: 'second!', only: 'x' })
    const source = fileSource({ roots: [first.path, second.path], dotfiles: 'ignore' })
    const sizes = ['both', 'only'].map(async (key) => {
      const representation = await openAt(source, key)
      await representation.close()
      return representation.facts.size
    })
    expect(await Promise.all(sizes)).toEqual([5, 1])
    expect(await kindOf(source, 'neither')).toBe('absent')
    expect(source.cached?.('both'), 'facts are cached for a single root only').toBeUndefined()
    const names = (await source.list?.('', live))?.map(({ name }) => name)
    expect(names?.sort()).toEqual(['both', 'only'])
  })

  it.each([
    ['/nonexistent/folder', 'ENOENT'],
    ['package.json', 'ENOTDIR'],
  ])('cannot be %s', (root, code) => {
    const make = () => fileSource({ roots: [root], dotfiles: 'ignore' })
    expect(make).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }))
    expect(make).toThrow(`root: expected a folder that can be read; received "${root}" (${code})`)
  })

  it('do not serve a folder any more that was moved out of them', async () => {
    using outside = new Folder()
    using folder = new Folder({ 'd/f': 'x' })
    const source = settledSource(folder)
    expect(await kindOf(source, 'd/f')).toBe('representation')
    renameSync(folder.at('d'), outside.at('d'))
    symlinkSync(outside.at('d'), folder.at('d'))
    await expect.poll(() => kindOf(source, 'd/f')).toBe('refused')
  })
})

describe('the entity tag that fileSource gives a file', () => {
  const tagOf = async (source: ByteSource) => {
    const representation = await openAt(source, 'v')
    await representation.close()
    return representation.facts.etag
  }

  it('changes with a rewrite of the same size and with the mtime restored', async () => {
    using folder = new Folder({ v: 'aaaa' })
    const source = settledSource(folder)
    const when = new Date('2020-01-01T00:00:00Z')
    utimesSync(folder.at('v'), when, when)
    const before = await tagOf(source)
    rewrite(folder.at('v'), 'bbbb')
    utimesSync(folder.at('v'), when, when)
    expect(await tagOf(source)).not.toBe(before)
  })

  it('changes when the file is replaced by one of the same size', async () => {
    using folder = new Folder({ v: 'aaaa', next: 'bbbb' })
    const source = settledSource(folder)
    const before = await tagOf(source)
    renameSync(folder.at('next'), folder.at('v'))
    expect(await tagOf(source)).not.toBe(before)
  })

  // Depends on the real clock: this is what the wait for the grain of the ctime is for.
  it('differs between twenty rewrites in a row', async () => {
    using folder = new Folder({ v: 'aaaa' })
    const source = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
    const tags = new Set<string | undefined>()
    for (let version = 0; version < 20; version += 1) {
      writeFileSync(folder.at('v'), `v${String(version).padStart(3, '0')}`)
      tags.add(await tagOf(source))
    }
    expect(tags.size).toBe(20)
  })

  it.each([
    ['exists once the clock has passed the grain of its ctime', 50, true],
    ['is absent as long as the next write may leave the same ctime', 0, false],
  ])('%s', async (_case, advance, exists) => {
    using folder = new Folder({ v: 'x' })
    let now = Date.now()
    const wait = async () => {
      now += advance
    }
    const clock = { now: () => now, wait }
    const source = fileSource({ roots: [folder.path], dotfiles: 'ignore', clock })
    writeFileSync(folder.at('v'), 'y')
    expect((await tagOf(source)) !== undefined).toBe(exists)
  })
})

describe('fileSource.list', () => {
  it('leaves out dotfiles and what cannot be opened', async () => {
    using outside = new Folder({ secret: 'x' })
    using folder = new Folder({ 'plain.txt': '1', '.hidden': 'x', 'dir/.git/x': 'x' })
    symlinkSync(outside.at('secret'), folder.at('out'))
    symlinkSync(outside.path, folder.at('out-dir'))
    symlinkSync('plain.txt', folder.at('alias'))
    execFileSync('mkfifo', [folder.at('fifo')])
    const names = async (key: string) =>
      (await settledSource(folder).list?.(key, live))?.map(({ name }) => name).sort()
    expect(await names('')).toEqual(['alias', 'dir', 'plain.txt'])
    expect(await names('dir/')).toEqual([])
    expect(await names('out-dir/'), 'a folder outside the root').toEqual([])
    expect(await names('dir\0/'), 'a key that no folder can have').toEqual([])
  })
})
