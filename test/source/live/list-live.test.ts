import { expect, it } from 'vitest'
import type { Entry } from '../../../src/source/entry.js'
import { describeEntries } from '../../../src/source/live/list-live.js'

const entry = (name: string, etag?: string): Entry => ({
  name,
  kind: 'file',
  size: 1,
  lastModified: 0,
  etag,
})

it('describeEntries leaves out markers, and has the tags that the files are opened with', async () => {
  const entries = [
    { name: 'd', kind: 'directory', size: 0, lastModified: 0 } as const,
    ...['live', 'live.live', 'live.part', 'ended', 'changed', 'late', 'plain', 'x.part'].map(
      (name) => entry(name, '"1"'),
    ),
  ]
  const finished = (entityTag: string) => ({
    kind: 'finished' as const,
    record: { tag: '"T"', entityTag, length: 1, digest: '' },
    forget: async () => {},
  })
  const described = await describeEntries(entries, ['.live', '.part'], async (name) => {
    if (name === 'late') return { kind: 'growing', chain: {} as never }
    return { ended: finished('"1"'), changed: finished('"0"') }[name]
  })
  expect(described.map(({ name, etag }) => [name, etag])).toEqual([
    ['d', undefined],
    ['live', undefined],
    ['ended', '"T"'],
    ['changed', '"1"'],
    ['late', undefined],
    ['plain', '"1"'],
    ['x.part', '"1"'],
  ])
})

it.each(['growing', 'finished'] as const)(
  'describeEntries keeps the mode of a %s file',
  async (is) => {
    class Statted {
      name = 'f'
      kind = 'file' as const
      size = 1
      lastModified = 0
      get etag() {
        return '"1"'
      }
      get mode() {
        return 0o600
      }
    }
    const marker = is === 'growing' ? [entry('f.live', '"2"')] : []
    const record = { tag: '"T"', entityTag: '"1"', length: 1, digest: '' }
    const [described] = await describeEntries([new Statted(), ...marker], ['.live'], async () => ({
      kind: 'finished' as const,
      record,
      forget: async () => {},
    }))
    const etag = is === 'growing' ? undefined : '"T"'
    expect([described?.mode, described?.etag]).toEqual([0o600, etag])
  },
)
