import type { FastifyReply } from 'fastify'
import { expect, it } from 'vitest'
import { filesBeside } from '../../../src/admin/watch/files-beside.js'
import type { ByteSource } from '../../../src/source/byte-source.js'
import type { Entry } from '../../../src/source/entry.js'

const REPLY = {
  request: { ip: '192.0.2.1', raw: { socket: { remotePort: 1 } } },
} as unknown as FastifyReply

it('filesBeside finds wanted files of a folder that the application permits', async () => {
  const names = ['a.jpg', 'b.jpg', 'c.txt', 'd.jpg']
  const entries = names.map((name): Entry => {
    return { name, kind: name === 'd.jpg' ? 'directory' : 'file', size: 1, lastModified: 0 }
  })
  const source: ByteSource = { open: async () => ({ kind: 'absent' }), list: async () => entries }
  const asked: string[] = []
  const found = await filesBeside(REPLY, source, {
    folder: 'x/',
    signal: new AbortController().signal,
    isWanted: (name) => name.endsWith('.jpg'),
    allows: (key) => {
      asked.push(key)
      return key !== 'x/a.jpg'
    },
  })
  expect(found.map(({ name }) => name)).toEqual(['b.jpg'])
  expect(asked).toEqual(['x/a.jpg', 'x/b.jpg'])
})
