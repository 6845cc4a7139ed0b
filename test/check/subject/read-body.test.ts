import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { readBody } from '../../../src/check/subject/read-body.js'

const ALL = Number.POSITIVE_INFINITY

it.each<[string, string[], number, number | undefined, string, string]>([
  ['all of a body without a length', ['ab', 'c'], ALL, undefined, 'abc', 'complete'],
  ['all of a body that is as long as wanted', ['ab', 'c'], 3, 3, 'abc', 'complete'],
  ['the wanted bytes of a longer body', ['ab', 'cd'], 3, 4, 'abc', 'left'],
  ['the wanted bytes of a body without a length', ['ab', 'c'], 3, undefined, 'abc', 'left'],
  ['nothing of a body that is not wanted', ['ab'], 0, 2, '', 'left'],
  ['the empty body of a response without one', [], 0, 0, '', 'complete'],
])('reads %s', async (_, chunks, read, announced, body, end) => {
  let left = 0
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
  const received = await readBody(stream, { read, announced, timeout: 1_000 }, () => {
    left += 1
    stream.destroy()
  })
  expect(received).toEqual({ body: Buffer.from(body), end })
  expect(left).toBe(end === 'left' ? 1 : 0)
})

it.each([
  ['reset', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  ['short', Object.assign(new Error('aborted'), { code: 'ECONNRESET' })],
  ['short', new Error('other')],
])('has the end %s for the error %o', async (end, error) => {
  const stream = new Readable({ read: () => {} })
  const received = readBody(stream, { read: ALL, announced: 9, timeout: 1_000 }, () => {})
  stream.push('abc')
  setImmediate(() => stream.destroy(error))
  expect(await received).toEqual({ body: Buffer.from('abc'), end })
})

it('has the end stalled where no byte comes within the timeout', async () => {
  const stream = new Readable({ read: () => {} })
  const received = readBody(stream, { read: ALL, announced: 9, timeout: 20 }, () =>
    stream.destroy(),
  )
  stream.push('abc')
  expect(await received).toEqual({ body: Buffer.from('abc'), end: 'stalled' })
})
