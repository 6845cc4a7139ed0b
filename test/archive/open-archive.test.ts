import { expect, it } from 'vitest'
import { openArchive } from '../../src/archive/open-archive.js'
import { TimeSlices } from '../../src/async/time-slices.js'
import { digestCache } from '../../src/source/digest/digest-cache.js'
import { NOBODY } from '../../src/source/digest/fair-queue.js'
import type { Facts } from '../../src/source/representation.js'
import { MemorySource } from '../fixture/memory-source.js'
import { readZip } from '../fixture/zip-reader.js'

const { signal } = new AbortController()

async function archiveOf(source: MemorySource, maxMembers = 10) {
  const limits = { maxMembers, maxBytes: 1_000 }
  return openArchive({
    name: 'films.zip',
    selections: [{ key: '', name: '' }],
    collecting: {
      ...{ source, signal, ...limits, slices: new TimeSlices(signal) },
      isPermitted: () => true,
    },
    digests: digestCache(source, 1_000),
    asker: NOBODY,
  })
}

async function zipOf(texts: Record<string, string>, facts: Partial<Facts> = {}) {
  const source = new MemorySource(texts, facts)
  const opened = await archiveOf(source)
  if (opened.kind !== 'representation') throw new Error(opened.kind)
  return { ...opened.representation, source, archive: opened.representation }
}

it('An archive is a file with a name, a type, a length and a strong entity tag', async () => {
  const { facts } = await zipOf({ a: '1', 'b/c': '22' })
  expect(facts).toMatchObject({
    name: 'films.zip',
    contentType: 'application/zip',
    etag: expect.stringMatching(/^"[\w-]{22}"$/),
    fields: { 'content-disposition': 'attachment; filename=films.zip' },
  })
  expect(facts.lastModified).toBeUndefined()
})

it('Its bytes are those of its members, of which none stays open', async () => {
  const { archive, source } = await zipOf({ a: '1', 'b/c': '22' })
  const chunks: Buffer[] = []
  for await (const chunk of archive.read({ start: 0, end: archive.facts.size }, signal)) {
    chunks.push(Buffer.from(chunk))
  }
  const read = readZip(Buffer.concat(chunks)).map(({ name, content }) => [name, content.toString()])
  expect(read).toEqual([
    ['a', '1'],
    ['b/c', '22'],
  ])
  expect(source.openCount).toBe(0)
})

it('Members without versions make an archive without one, which is sent all the same', async () => {
  const { archive } = await zipOf({ a: '123' }, { etag: undefined })
  expect(archive.facts.etag).toBeUndefined()
  const { size } = archive.facts
  const tail: Buffer[] = []
  for await (const chunk of archive.read({ start: size - 60, end: size }, signal)) {
    tail.push(Buffer.from(chunk))
  }
  expect(Buffer.concat(tail)).toHaveLength(60)
})

it('An archive beyond the limits is refused', async () => {
  expect(await archiveOf(new MemorySource({ a: '1', b: '2' }), 1)).toMatchObject({
    kind: 'refused',
  })
})
