import { expect, it } from 'vitest'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { RawHttp2Client } from '../fixture/raw-http2.js'
import { tls } from '../fixture/tls.js'

it.each(['GET', 'POST', 'PROPFIND'])(
  'an Expect of %s that nobody can meet is a 417 with problem details',
  async (method) => {
    using folder = new Folder({ f: 'f' })
    await using server = await serverWith({ root: folder.path })
    using client = new RawClient(server.port)
    client.request('/f', { Expect: 'foo', Connection: 'close' }, method)
    const { status, fields, body } = await client.closed()
    expect([status, fields['content-type'], fields['cache-control']]).toEqual([
      417,
      'application/problem+json',
      'no-store',
    ])
    expect(JSON.parse(body.toString())).toMatchObject({ status: 417 })
  },
)

it('a HEAD with such an Expect gets the fields alone', async () => {
  using folder = new Folder({ f: 'f' })
  await using server = await serverWith({ root: folder.path })
  using client = new RawClient(server.port)
  client.request('/f', { Expect: 'foo', Connection: 'close' }, 'HEAD')
  const { status, body } = await client.closed()
  expect([status, body.length]).toEqual([417, 0])
})

it('an Expect over HTTP/2 that nobody can meet is the same 417', async () => {
  using folder = new Folder({ f: 'f' })
  await using server = await serverWith({ root: folder.path }, { tls })
  using client = await RawHttp2Client.connect(server.port)
  const { data } = await client.frames(client.request('/f', { expect: 'foo' }))
  expect(JSON.parse(data.toString())).toMatchObject({ status: 417 })
})

it('an Expect of 100-continue is met', async () => {
  using folder = new Folder({ f: 'f' })
  await using server = await serverWith({ root: folder.path })
  using client = new RawClient(server.port)
  client.request('/f', { Expect: '100-continue', Connection: 'close' })
  expect((await client.closed()).body.toString()).toContain('HTTP/1.1 200 OK')
})
