import { expect, it } from 'vitest'
import { ZipRepresentation } from '../../src/archive/zip-representation.js'
import { pattern } from '../fixture/files.js'
import { memoryContent } from '../fixture/zip-content.js'
import { readZip } from '../fixture/zip-reader.js'

const { signal } = new AbortController()

it('An archive can be read several times, at the same time and after close', async () => {
  const { content, members } = memoryContent([{ name: 'a', bytes: pattern(50_000) }])
  const { size } = members.places()
  const facts = { name: 'a.zip', contentType: 'application/zip', size, etag: members.entityTag() }
  const archive = new ZipRepresentation(facts, content)
  await archive.close()
  const read = async () => {
    const chunks: Buffer[] = []
    for await (const chunk of archive.read({ start: 0, end: size }, signal))
      chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks)
  }
  const [one, other] = await Promise.all([read(), read()])
  expect(readZip(one)).toHaveLength(1)
  expect(one.equals(other)).toBe(true)
})
