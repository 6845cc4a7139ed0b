import { describe, expect, it } from 'vitest'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const KIB = 1024

describe('limitRequests', () => {
  it.each<[string, number, Record<string, string>, number]>([
    ['a request target of 8 KiB', 8 * KIB, {}, 200],
    ['a request target of 8 KiB and a byte', 8 * KIB + 1, {}, 414],
    ['header fields of 15 KiB', 10, { a: 'a'.repeat(15 * KIB) }, 200],
    ['header fields of 17 KiB', 10, { a: 'a'.repeat(17 * KIB) }, 431],
    ['many header fields of 17 KiB in all', 10, fields(170), 431],
  ])('applies the limit to %s', async (_what, length, headers, status) => {
    using folder = new Folder({ f: 'f' })
    await using server = await serverWith({ root: folder.path })
    using client = new RawClient(server.port)
    client.request(`/f?${'q'.repeat(length - 3)}`, headers)
    expect((await client.response()).status).toBe(status)
  })
})

/** `count` header fields of 100 bytes. */
function fields(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, n) => `x-field-${n}`)
  return Object.fromEntries(names.map((name) => [name, 'v'.repeat(100 - name.length)]))
}

describe('respondToParseError', () => {
  it.each([
    ['bytes that are not HTTP', 'hello\r\n\r\n', 400],
    ['a malformed header field', 'GET /f HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n', 400],
    ['a request target over the parser’s limit', `GET /${'a'.repeat(70 * KIB)} HTTP/1.1\r\n`, 414],
    [
      'header fields over the parser’s limit',
      `GET /f HTTP/1.1\r\nA: ${'a'.repeat(70 * KIB)}\r\n`,
      431,
    ],
  ])(
    'responds to %s with problem details, and closes the connection',
    async (_what, bytes, status) => {
      using folder = new Folder({ f: 'f' })
      await using server = await serverWith({ root: folder.path })
      using client = new RawClient(server.port)
      client.socket.write(bytes)
      const response = await client.closed()
      expect(response.status).toBe(status)
      expect(response.fields['content-type']).toBe('application/problem+json')
      expect(response.fields['cache-control']).toBe('no-store')
      expect(JSON.parse(response.body.toString())).toMatchObject({ status })
    },
  )

  it('writes nothing into a response that is being sent', async () => {
    using folder = new Folder({ f: Buffer.alloc(4_000_000, 'x') })
    await using server = await serverWith({ root: folder.path })
    using client = new RawClient(server.port)
    client.socket.pause()
    client.request('/f')
    client.socket.write('garbage\r\n\r\n')
    client.socket.resume()
    const { body } = await client.closed()
    expect(body.every((byte) => byte === 120)).toBe(true)
  })
})
