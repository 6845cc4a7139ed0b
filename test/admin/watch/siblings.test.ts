import type { FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { findCompanions } from '../../../src/admin/watch/siblings.js'
import type { ByteSource } from '../../../src/source/byte-source.js'
import type { Entry } from '../../../src/source/entry.js'

const REPLY = {
  request: { ip: '192.0.2.1', raw: { socket: { remotePort: 1 } } },
} as unknown as FastifyReply

const entry = (name: string, kind: Entry['kind'] = 'file'): Entry => {
  return { name, kind, size: 1, lastModified: 0 }
}

function sourceOf(entries: readonly Entry[]): { source: ByteSource; listed: string[] } {
  const listed: string[] = []
  const list = async (key: string) => {
    listed.push(key)
    return [...entries]
  }
  return { source: { open: async () => ({ kind: 'absent' }), list }, listed }
}

const sought = {
  key: 'x/b.mp4',
  name: 'b.mp4',
  signal: new AbortController().signal,
  allows: () => true,
}

describe('findCompanions', () => {
  it('searches the folder of the file, also of a source that lists names that are not wanted', async () => {
    const entries = ['c.mp4', 'b.mp4', 'b.srt', 'a.mp4', 'b.txt'].map((name) => entry(name))
    const { source, listed } = sourceOf([...entries, entry('bb.mp4', 'directory')])
    const found = await findCompanions(REPLY, source, { ...sought, shown: 'all' })
    expect(listed).toEqual(['x/'])
    expect(found).toMatchObject({ previous: 'a.mp4', next: 'c.mp4', chapters: undefined })
    expect(found.subtitles.map(({ name }) => name)).toEqual(['b.srt'])
  })

  it('finds companions alone where folders are not listed', async () => {
    const { source } = sourceOf(['a.mp4', 'b.mp4', 'b.srt'].map((name) => entry(name)))
    const found = await findCompanions(REPLY, source, { ...sought, shown: 'companions' })
    expect(found).toMatchObject({ previous: undefined, next: undefined })
    expect(found.subtitles).toHaveLength(1)
  })

  it('finds nothing in a source without listings', async () => {
    const source: ByteSource = { open: async () => ({ kind: 'absent' }) }
    const found = await findCompanions(REPLY, source, { ...sought, shown: 'all' })
    expect(found).toEqual({
      subtitles: [],
      chapters: undefined,
      poster: undefined,
      previous: undefined,
      next: undefined,
    })
  })

  it('ends with the reason of a client that has left', async () => {
    const { source } = sourceOf([])
    const reason = new Error('left')
    const signal = AbortSignal.abort(reason)
    await expect(findCompanions(REPLY, source, { ...sought, signal, shown: 'all' })).rejects.toBe(
      reason,
    )
  })
})
