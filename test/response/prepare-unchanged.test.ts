import { describe, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { ProxyWithOrigin } from '../fixture/proxy-with-origin.js'
import { serve } from '../fixture/scripted-server.js'

const ETAG = '"v1"'
const CONTENT = Buffer.from('content')
/** The fields that a 304 must have if the 200 has them (RFC 9110 §15.4.5), and those of browsers. */
const SHARED = ['cache-control', 'etag', 'expires', 'vary', 'access-control-allow-origin']

/** A proxy whose origin evaluates If-None-Match. */
function proxyOf(fields: Record<string, string>, files: LastbyteOptions = {}) {
  const all = { etag: ETAG, ...fields }
  const whole = serve(CONTENT, all)
  return ProxyWithOrigin.start(
    (request, response) =>
      request.headers['if-none-match'] === ETAG
        ? void response.writeHead(304, all).end()
        : whole(request, response),
    { files },
  )
}

describe('The 304 of an origin', () => {
  it.each<[string, Record<string, string>, LastbyteOptions, Record<string, string>]>([
    ['the Vary of frames', {}, {}, { vary: 'Accept' }],
    [
      "the origin's Vary beside it",
      { vary: 'Accept-Encoding' },
      {},
      { vary: 'Accept-Encoding, Accept' },
    ],
    ['a Vary of *', { vary: '*' }, {}, { vary: '*' }],
    [
      'the Cache-Control of the settings',
      {},
      { maxAge: 60_000 },
      { 'cache-control': 'public, max-age=60' },
    ],
    [
      "the origin's Cache-Control in its place",
      { 'cache-control': 'no-cache' },
      { maxAge: 60_000 },
      { 'cache-control': 'no-cache' },
    ],
    [
      'the fields of setHeaders',
      {},
      { setHeaders: (reply) => void reply.setHeader('access-control-allow-origin', '*') },
      { 'access-control-allow-origin': '*' },
    ],
    ['the fields of the origin', { expires: 'Thu, 01 Jan 2099 00:00:00 GMT' }, {}, {}],
  ])('has %s, as the 200 has it', async (_what, fields, files, expected) => {
    await using proxy = await proxyOf(fields, files)
    const whole = await proxy.get()
    const unchanged = await proxy.get('/f', { 'If-None-Match': ETAG })
    expect([whole.status, unchanged.status, unchanged.body.length]).toEqual([200, 304, 0])
    const pick = (of: typeof whole.fields) => SHARED.map((name) => [name, of[name]])
    expect(pick(unchanged.fields)).toEqual(pick(whole.fields))
    expect(unchanged.fields).toMatchObject(expected)
    expect(unchanged.fields['content-type']).toBeUndefined()
    expect(proxy.originRequests[1]?.['if-none-match']).toBe(ETAG)
  })

  it('has the Last-Modified of the origin, and no field that the origin left out', async () => {
    const modified = 'Thu, 01 Jan 2026 00:00:00 GMT'
    await using proxy = await proxyOf({ 'last-modified': modified })
    const { fields } = await proxy.get('/f', { 'If-None-Match': ETAG })
    expect(fields['last-modified']).toBe(modified)
    expect(fields['accept-ranges']).toBeUndefined()
    expect(fields['x-content-type-options']).toBeUndefined()
  })
})
