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
    ['a file by its extension', 'page', {}, ['page.html', 0]],
    ['the first extension that fits', 'both', {}, ['both.html', 0]],
    ['the extensions in their order', 'both', { extensions: ['txt', 'html'] }, ['both.txt', 0]],
    ['no extension where there are none', 'page', { extensions: [] }, ['absent', 0]],
    ['a directory without its slash', 'dir', {}, ['redirect', 0]],
    ['its index where there is no redirect', 'dir', { redirect: false }, ['dir/index.htm', 0]],
    ['the index of a directory', 'dir/', {}, ['dir/index.htm', 0]],
    ['a directory without an index', 'bare/', {}, ['absent', 0]],
    ['a listing where it is on', 'bare/', { list: {} }, ['listing', 0]],
    ['a listing by its name', 'bare/list.json', { list: { names: ['list.json'] } }, ['listing', 0]],
    [
      'no listing by a name of a file’s folder',
      'f/list.json',
      { list: { names: ['list.json'] } },
      ['absent', 0],
    ],
    ['the index before a listing', 'dir/', { list: {} }, ['dir/index.htm', 0]],
    ['the root', '', { list: {} }, ['listing', 0]],
  ])('resolves %s', async (_what, key, settings, expected) => {
    expect(await resolved(key, settings)).toEqual(expected)
  })

  it('closes the response of an upstream server that it does not use', async () => {
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

  it('passes the 404 of an upstream server on where no extension fits', async () => {
    const answer = { status: 404, close: async () => {} }
    const source = { open: async () => ({ kind: 'absent', answer }) } as unknown as ByteSource
    const result = await resolveKey(source, 'x', SETTINGS, { method: 'GET' }, signal)
    expect(result).toEqual({ kind: 'answered', answer })
  })

  it('stops at a refusal, whatever could be tried after it', async () => {
    const source: ByteSource = { open: async () => ({ kind: 'refused', reason: 'no' }) }
    const result = await resolveKey(source, 'dir/', SETTINGS, { method: 'GET' }, signal)
    expect(result).toEqual({ kind: 'refused', reason: 'no' })
  })
})
