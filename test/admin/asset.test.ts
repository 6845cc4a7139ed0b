import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { assetOf, sendAsset } from '../../src/admin/asset.js'

it('sendAsset sends nothing to a browser that has the asset, and the bytes after they have changed', async () => {
  let asset = assetOf('text/css', Buffer.from('a{}'))
  const app = Fastify()
  app.get('/a.css', (_request, reply) => sendAsset(reply, asset))
  const first = await app.inject('/a.css')
  expect(first).toMatchObject({ statusCode: 200, body: 'a{}' })
  const headers = { 'if-none-match': String(first.headers.etag) }
  for (const method of ['GET', 'HEAD'] as const) {
    const again = await app.inject({ method, url: '/a.css', headers })
    expect(again).toMatchObject({ statusCode: 304, body: '' })
    expect(again.headers).toMatchObject({ etag: first.headers.etag, 'cache-control': 'no-cache' })
  }
  asset = assetOf('text/css', Buffer.from('b{}'))
  const changed = await app.inject({ url: '/a.css', headers })
  expect(changed).toMatchObject({ statusCode: 200, body: 'b{}' })
  expect(changed.headers.etag).not.toBe(first.headers.etag)
  await app.close()
})
