import { mkdirSync, statSync, utimesSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type StatPlace, StattedEntry } from '../../../src/source/file/statted-entry.js'
import { Folder } from '../../fixture/files.js'
import { settledSource } from '../../fixture/settled-files.js'

const { signal } = new AbortController()
const HOUR = 3_600_000

function entryOf(path: string, more: Partial<StatPlace> = {}): StattedEntry {
  const place = { seen: Date.now() + HOUR, filesystem: 'local', ...more } as const
  return new StattedEntry('a', statSync(path, { bigint: true }), place)
}

describe('An entry of a folder', () => {
  it('has the entity tag that opening the file finds', async () => {
    using folder = new Folder({ a: 'abc' })
    const opened = await settledSource(folder).open('a', { method: 'GET' }, signal)
    if (opened.kind !== 'representation') throw new Error(opened.kind)
    expect(entryOf(folder.at('a')).etag).toBe(opened.representation.facts.etag)
    await opened.representation.close()
  })

  it('has none for a file that a write may still change unseen, one of unknown size, and a folder', () => {
    using folder = new Folder({ a: 'abc', empty: '' })
    mkdirSync(folder.at('d'))
    expect(entryOf(folder.at('a'), { seen: Date.now() }).etag).toBeUndefined()
    expect(entryOf(folder.at('empty'), { filesystem: 'other' }).etag).toBeUndefined()
    expect(entryOf(folder.at('empty')).etag).toMatch(/^"/)
    expect(entryOf(folder.at('d')).etag).toBeUndefined()
  })

  it('has the size, the mtime in ms and the mode of a file', () => {
    using folder = new Folder({ a: 'abc' })
    utimesSync(folder.at('a'), 1_000.25, 1_000.25)
    const { kind, size, lastModified } = entryOf(folder.at('a'))
    expect({ kind, size, lastModified }).toEqual({ kind: 'file', size: 3, lastModified: 1_000_250 })
  })

  it('computes nothing for a copy', () => {
    using folder = new Folder({ a: 'abc' })
    expect(Object.keys({ ...entryOf(folder.at('a')) })).toEqual([
      'name',
      'kind',
      'size',
      'lastModified',
    ])
  })

  it('tells folders apart', () => {
    using folder = new Folder({ 'd/a': 'x', 'e/a': 'x' })
    const [d, e] = ['d', 'e'].map((name) => entryOf(folder.at(name)).folderId)
    expect(d).not.toBe(e)
    expect(entryOf(folder.at('d')).folderId).toBe(d)
    expect(entryOf(folder.at('d/a')).folderId).toBeUndefined()
  })
})
