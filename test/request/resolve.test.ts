import { describe, expect, it } from 'vitest'
import { type ResolveSettings, resolveKey } from '../../src/request/resolve.js'
import type { ByteSource, Opened } from '../../src/source/byte-source.js'
import { MemorySource } from '../fixture/memory-source.js'

const { signal } = new AbortController()
const SETTINGS: ResolveSettings = {
  index: ['index.html', 'index.htm'],
  extensions: ['html', 'txt'],
  redirect: true,
  list: undefined,
}
const TEXTS = {
  f: 'f',
  'page.html': 'page',
  'both.html': 'html',
  'both.txt': 'txt',
  'dir/index.htm': 'index',
  'bare/a': 'a',
}

async function resolved(key: string, settings: Partial<ResolveSettings> = {}) {
  const source = new MemorySource(TEXTS)
  const result = await resolveKey(
    source,
    key,
    { ...SETTINGS, ...settings },
    { method: 'GET' },
    signal,
  )
  if (result.kind !== 'representation') return [result.kind, source.openCount]
  await result.representation.close()
  return [result.key, source.openCount]
}

describe('resolveKey', () => {
  it.each<[string, string, Partial<ResolveSettings>, unknown[]]>([
    ['a file', 'f', {}, ['f', 0]],
    ['a key that is absent', 'none', {}, ['absent', 0]],
    ['a file by an added extension', 'page', {}, ['page.html', 0]],
    ['the first extension with a file', 'both', {}, ['both.html', 0]],
    [
      'extensions in the order of the setting',
      'both',
      { extensions: ['txt', 'html'] },
      ['both.txt', 0],
    ],
    ['no extension where the setting is empty', 'page', { extensions: [] }, ['absent', 0]],
    ['a directory without its trailing slash to a redirect', 'dir', {}, ['redirect', 0]],
    [
      'a directory without its trailing slash to the index where redirect is off',
      'dir',
      { redirect: false },
      ['dir/index.htm', 0],
    ],
    ['a directory to its index', 'dir/', {}, ['dir/index.htm', 0]],
    ['a directory without an index to nothing', 'bare/', {}, ['absent', 0]],
    [
      'a directory without an index to its listing where that is on',
      'bare/',
      { list: {} },
      ['listing', 0],
    ],
    ['a listing by its name', 'bare/list.json', { list: { names: ['list.json'] } }, ['listing', 0]],
    [
      'no listing whose name is below a file',
      'f/list.json',
      { list: { names: ['list.json'] } },
      ['absent', 0],
    ],
    [
      'a directory to its index rather than to a listing',
      'dir/',
      { list: {} },
      ['dir/index.htm', 0],
    ],
    ['the root to its listing', '', { list: {} }, ['listing', 0]],
  ])('resolves %s', async (_what, key, settings, expected) => {
    expect(await resolved(key, settings)).toEqual(expected)
  })

  it('closes the 404 of an upstream server where a file with an extension is found', async () => {
    let closed = 0
    const close = async () => {
      closed += 1
    }
    const answer = { close }
    const source: ByteSource = {
      open: async (key) =>
        (key === 'page'
          ? { kind: 'absent', answer }
          : new MemorySource(TEXTS).open(key)) as Promise<Opened>,
    }
    const result = await resolveKey(source, 'page', SETTINGS, { method: 'GET' }, signal)
    expect([result.kind, closed]).toEqual(['representation', 1])
  })

  it('returns the 404 of an upstream server where no extension has a file', async () => {
    const answer = { status: 404, close: async () => {} }
    const source = { open: async () => ({ kind: 'absent', answer }) } as unknown as ByteSource
    const result = await resolveKey(source, 'x', SETTINGS, { method: 'GET' }, signal)
    expect(result).toEqual({ kind: 'answered', answer })
  })

  it('tries no further key after one that the source refuses', async () => {
    const source: ByteSource = { open: async () => ({ kind: 'refused', reason: 'no' }) }
    const result = await resolveKey(source, 'dir/', SETTINGS, { method: 'GET' }, signal)
    expect(result).toEqual({ kind: 'refused', reason: 'no' })
  })
})
