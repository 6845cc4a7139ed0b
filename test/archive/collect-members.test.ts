import { chmodSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Collecting, collectMembers } from '../../src/archive/collect-members.js'
import type { MemberIndex } from '../../src/archive/member-index.js'
import type { Selection } from '../../src/archive/selection.js'
import { TimeSlices } from '../../src/async/time-slices.js'
import type { ByteSource } from '../../src/source/byte-source.js'
import { Folder } from '../fixture/files.js'
import { MemorySource } from '../fixture/memory-source.js'
import { settledSource } from '../fixture/settled-files.js'

const { signal } = new AbortController()
const ALL: Selection[] = [{ key: '', name: '' }]

function collect(source: ByteSource, selections = ALL, more: Partial<Collecting> = {}) {
  const limits = { maxMembers: 1_000, maxBytes: 1_000_000 }
  const slices = new TimeSlices(signal)
  return collectMembers(selections, {
    source,
    signal,
    slices,
    isPermitted: () => true,
    ...limits,
    ...more,
  })
}

const namesIn = (members: MemberIndex) =>
  Array.from({ length: members.count }, (_, index) => members.name(index))

async function namesOf(...given: Parameters<typeof collect>) {
  const collected = await collect(...given)
  return collected.kind === 'members' ? namesIn(collected.members) : collected
}

describe('The members of a folder', () => {
  it('are its files and those below it, in the order of the bytes of their paths', async () => {
    const source = new MemorySource({
      'b/c': '1',
      'b-a': '2',
      b0: '3',
      'a/😀': '4',
      'a/\uffff': '5',
    })
    const names = ['a/\uffff', 'a/😀', 'b-a', 'b/c', 'b0']
    expect(names).toEqual(
      [...names].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
    )
    expect(await namesOf(source)).toEqual(names)
  })

  it('are named below the name of the selection', async () => {
    const source = new MemorySource({ 'films/a': '1', 'films/x/b': '2', other: '3' })
    expect(await namesOf(source, [{ key: 'films/', name: '' }])).toEqual(['a', 'x/b'])
    expect(await namesOf(source, [{ key: 'films/', name: 'F/' }])).toEqual(['F/a', 'F/x/b'])
    expect(await namesOf(source, [{ key: 'films', name: 'F' }])).toEqual(['F/a', 'F/x/b'])
  })

  it('have the facts of a listing, and are not opened for them', async () => {
    using folder = new Folder({ 'd/a': 'abc', 'd/tool': 'x' })
    chmodSync(folder.at('d/tool'), 0o4755)
    chmodSync(folder.at('d/a'), 0o600)
    utimesSync(folder.at('d/a'), 1_000, 1_000)
    const source = settledSource(folder)
    const opened: string[] = []
    const counting = {
      ...source,
      open: (...given: Parameters<ByteSource['open']>) => {
        opened.push(given[0])
        return source.open(...given)
      },
    }
    await new Promise((resolve) => setTimeout(resolve, 40))
    const collected = await collect(counting)
    if (collected.kind !== 'members') throw new Error(collected.kind)
    const { members } = collected
    expect([members.member(0).mode, members.member(1).mode]).toEqual([0o600, 0o755])
    expect(members.member(0)).toMatchObject({ size: 3, lastModified: 1_000_000 })
    const found = await source.open('d/a', { method: 'GET' }, signal)
    if (found.kind !== 'representation') throw new Error(found.kind)
    expect(members.etag(0)).toBe(found.representation.facts.etag)
    await found.representation.close()
    expect(opened).toEqual([''])
  })

  it('have folders without any member, and no others', async () => {
    using folder = new Folder({ 'a/b/file': 'x' })
    mkdirSync(folder.at('a/empty/inner'), { recursive: true })
    mkdirSync(folder.at('bare'))
    expect(await namesOf(settledSource(folder))).toEqual(['a/b/file', 'a/empty/inner/', 'bare/'])
  })

  it('have what symbolic links lead to within the root, each way once, and nothing outside it', async () => {
    using outside = new Folder({ secret: 'x' })
    using folder = new Folder({ 'a/file': 'x', '.hidden': 'x', 'a/.git/config': 'x' })
    symlinkSync(folder.path, folder.at('a/loop'))
    symlinkSync(folder.at('a'), folder.at('link'))
    symlinkSync(outside.path, folder.at('out'))
    symlinkSync(outside.at('secret'), folder.at('a/out'))
    const names = await namesOf(settledSource(folder))
    expect(names).toEqual(['a/file', 'link/file'])
  })

  it('are those that the client may have', async () => {
    const source = new MemorySource({ 'a/open': '1', 'a/secret': '2', 'b/secret': '3' })
    const isPermitted = (key: string) => !key.endsWith('secret') && key !== 'b/'
    expect(await namesOf(source, ALL, { isPermitted })).toEqual(['a/open'])
  })
})

describe('Several selections', () => {
  const source = new MemorySource({ a: '1', 'b/c': '2', 'b/d': '3', e: '4' })
  const selected = (...names: string[]) => names.map((name) => ({ key: name, name }))

  it('are in the order of their names, whichever was first', async () => {
    expect(await namesOf(source, selected('e', 'b', 'a'))).toEqual(['a', 'b/c', 'b/d', 'e'])
  })

  it('have what is in two of them once', async () => {
    expect(await namesOf(source, selected('b/c', 'b', 'a', 'a'))).toEqual(['a', 'b/c', 'b/d'])
  })

  it('with the same name for two files throw', async () => {
    const two = [
      { key: 'a', name: 'x' },
      { key: 'e', name: 'x' },
    ]
    await expect(collect(source, two)).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: 'entries: expected one entry for each name in the archive; received two for "x"',
    })
    const within = [
      { key: 'b/', name: 'x/' },
      { key: 'e', name: 'x/y' },
    ]
    await expect(collect(source, within)).rejects.toMatchObject({ code: 'BAD_SETTING' })
  })

  it('of which one leads to nothing, or to what the client may not have, are absent', async () => {
    expect(await namesOf(source, selected('a', 'nothing'))).toEqual({ kind: 'absent' })
    for (const [refused, name] of [
      ['a', 'a'],
      ['b/', 'b'],
    ] as const) {
      const isPermitted = (key: string) => key !== refused
      const names = selected(name, 'e')
      expect(await namesOf(source, names, { isPermitted })).toEqual({ kind: 'absent' })
    }
  })

  it('of folders of a source without listings are absent, whatever it sends for them', async () => {
    const memory = new MemorySource({ 'd/': 'a page', '': 'a page' })
    const pages: ByteSource = { open: (key) => memory.open(key) }
    for (const key of ['', 'd/']) {
      expect(await namesOf(pages, [{ key, name: key }])).toEqual({ kind: 'absent' })
    }
    const folders: ByteSource = { open: async () => ({ kind: 'directory' }) }
    expect(await namesOf(folders)).toEqual({ kind: 'absent' })
  })
})

describe('A file that another server lists', () => {
  const answer = (status: number) => ({ status, fields: {}, read: () => [], close: async () => {} })
  const listing = (status: number) => ({
    open: async () => ({ kind: 'answered' as const, answer: answer(status) as never }),
    list: async () => [{ name: 'a', kind: 'file' as const, size: 0, lastModified: 0 }],
  })

  it.each([200, 401, 403, 503])(
    'is never left out where it answers %i to its request',
    async (status) => {
      const { open, list } = listing(status)
      const folders: ByteSource = {
        open: async (key) => (key === '' ? { kind: 'directory' } : open()),
        list,
      }
      const failed = expect.objectContaining({ code: 'SOURCE_FAILED', facts: { key: 'a' } })
      await expect(collect(folders)).rejects.toEqual(failed)
    },
  )

  it('is in a folder that opens as a page of an unknown length, and in none that the server refuses', async () => {
    await expect(collect(listing(200))).rejects.toThrow('Cannot add "a"')
    expect(await namesOf(listing(403))).toEqual({ kind: 'absent' })
  })
})

describe('More than an archive may have', () => {
  const source = new MemorySource({ a: '12345', b: '12345', 'c/d': '12345' })

  it.each([
    [{ maxMembers: 2 }, 'An archive may have at most 2 files; this one would have more.'],
    [{ maxBytes: 14 }, 'An archive may have at most 14 bytes; this one would have more.'],
  ])('%j is refused, with the limit', async (limit, reason) => {
    expect(await namesOf(source, ALL, limit)).toEqual({ kind: 'refused', reason })
  })

  it('is asked of no source: a folder lists one entry more than is permitted', async () => {
    const asked: (number | undefined)[] = []
    const listing: ByteSource = {
      open: async () => ({ kind: 'directory' }),
      async list(_key, _signal, _isWanted, most = 0) {
        asked.push(most)
        return Array.from({ length: most }, (_, index) => {
          return { name: `${index}`, kind: 'file', size: 1, lastModified: 0, etag: '"1"' } as const
        })
      },
    }
    expect(await namesOf(listing, ALL, { maxMembers: 5 })).toMatchObject({ kind: 'refused' })
    expect(asked).toEqual([6])
  })

  it('is counted without what the client may not have, however much a source lists at once', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `${index}`.padStart(2, '0'))
    const asked: number[] = []
    const listing: ByteSource = {
      open: async () => ({ kind: 'directory' }),
      async list(_key, _signal, _isWanted, most = 0) {
        asked.push(most)
        return names.slice(0, most).map((name) => {
          return { name, kind: 'file', size: 1, lastModified: 0, etag: '"1"' } as const
        })
      },
    }
    const isPermitted = (key: string) => key === '' || key > '36'
    const limits = { maxMembers: 3, isPermitted }
    expect(await namesOf(listing, ALL, limits)).toEqual(['37', '38', '39'])
    expect(asked).toEqual([4, 16, 64])
    expect(await namesOf(listing, ALL, { ...limits, maxMembers: 2 })).toMatchObject({
      kind: 'refused',
    })
  })

  it('exactly what is permitted is an archive', async () => {
    expect(await namesOf(source, ALL, { maxMembers: 3, maxBytes: 15 })).toHaveLength(3)
  })

  it('folders count, too: links may make endless ones', async () => {
    const endless: ByteSource = {
      open: async () => ({ kind: 'directory' }),
      list: async () => [{ name: 'd', kind: 'directory', size: 0, lastModified: 0 }],
    }
    const reason = 'An archive may have at most 100 folders; this one would have more.'
    expect(await namesOf(endless, ALL, { maxMembers: 100 })).toEqual({ kind: 'refused', reason })
  })
})
