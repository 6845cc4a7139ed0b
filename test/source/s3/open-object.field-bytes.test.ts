import { describe, expect, it } from 'vitest'
import { s3Source } from '../../../src/source/s3/s3-source.js'
import { serverWith } from '../../fixture/application.js'
import { FakeBucket } from '../../fixture/fake-bucket.js'
import { RawClient } from '../../fixture/raw-http.js'

const utf8 = (text: string) => Buffer.from(text).toString('latin1')

/** The head of the response for an object with this metadata, as Latin-1, and the requests to the store. */
async function headOf(metadata: object, method: string) {
  const Body = (async function* () {
    yield Buffer.from('hello')
  })()
  const bucket = new FakeBucket({ ContentLength: 5, ETag: '"v"', ...metadata, Body })
  await using server = await serverWith({
    source: s3Source({ client: bucket, bucket: 'b', openFor: 1000 }),
  })
  using client = new RawClient(server.port)
  client.request('/a.txt', { Connection: 'close' }, method)
  await client.closed()
  const [head = ''] = client.received.toString('latin1').split('\r\n\r\n')
  return { head, requests: bucket.sent.length }
}

const FIELDS = [
  ['ContentDisposition', 'Content-Disposition'],
  ['ContentType', 'Content-Type'],
  ['ContentLanguage', 'Content-Language'],
  ['CacheControl', 'Cache-Control'],
] as const

describe.each(FIELDS)('The metadata %s of an object', (member, name) => {
  it.each(['GET', 'HEAD'])('reaches a client of %s byte for byte', async (method) => {
    for (const [value, want] of [
      [utf8('a; b="日Ċset-cookie: c"'), utf8('a; b="日Ċset-cookie: c"')],
      ['a; b="\u010aset-cookie: c"', utf8('a; b="Ċset-cookie: c"')],
      ['a; b="\xfcber"', 'a; b="\xfcber"'],
    ]) {
      const { head } = await headOf({ [member]: value }, method)
      expect(head.split('\r\n')).toContain(`${name}: ${want}`)
      expect(head).not.toMatch(/^set-cookie/im)
    }
  })

  it.each(['GET', 'HEAD'])(
    'is a 502 for %s if it has a control character, and the object is not requested again',
    async (method) => {
      const { head, requests } = await headOf({ [member]: 'a\r\nset-cookie: b' }, method)
      expect(head).toMatch(/^HTTP\/1.1 502 /)
      expect(head).toContain('\r\nProxy-Status: lastbyte;error=http_protocol_error\r\n')
      expect([head.includes('set-cookie'), requests]).toEqual([false, 1])
    },
  )
})
