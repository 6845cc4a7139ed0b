import { EventEmitter, once } from 'node:events'
import { connect } from 'node:http2'
import compress from '@fastify/compress'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import type { ByteSource } from '../../src/source/byte-source.js'
import { failover } from '../../src/source/failover.js'
import { upstreamSource } from '../../src/source/upstream/upstream-source.js'
import { Application, applicationWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { tls } from '../fixture/tls.js'
import { readZip } from '../fixture/zip-reader.js'

const FILES = {
  'films/a.mp4': pattern(700_000, 1),
  'films/b.txt': 'b'.repeat(5_000),
  'secret/x': '',
}
const folder = new Folder(FILES)
afterAll(() => folder[Symbol.dispose]())

const namesIn = (bytes: Uint8Array) => readZip(Buffer.from(bytes)).map(({ name }) => name)
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

describe('A folder that allowedPath refuses', () => {
  it.each(['/secret/?zip', '/?zip&path=secret', '/?zip&path=films&path=secret/'])(
    'has no archive, as it has no listing: %s',
    async (path) => {
      const allowedPath = (path: string) => !path.startsWith('/secret')
      const options = { root: folder.path, zip: true, list: true, allowedPath }
      await using served = await applicationWith(options)
      expect((await fetch(served.url + path)).status).toBe(404)
      expect(namesIn(await bytesOf(await fetch(`${served.url}/?zip`)))).toEqual([
        'films/a.mp4',
        'films/b.txt',
      ])
    },
  )
})

describe('A source', () => {
  it('without listings gets the request itself: another server may have the archive', async () => {
    await using origin = await applicationWith({ root: folder.path, zip: true, list: true })
    const source = upstreamSource({ origin: origin.url })
    await using front = await applicationWith({ source, zip: true })
    await using plain = await applicationWith({ root: folder.path, list: true })
    const withoutZip = upstreamSource({ origin: plain.url })
    await using other = await applicationWith({ source: withoutZip, zip: true })
    const passed = await fetch(`${front.url}/films/?zip`)
    const own = await fetch(`${origin.url}/films/?zip`)
    expect(passed.headers.get('etag')).toBe(own.headers.get('etag'))
    expect((await bytesOf(passed)).equals(await bytesOf(own))).toBe(true)
    const page = await fetch(`${other.url}/films/?zip`)
    expect(page.headers.get('content-type')).toMatch('text/html')
    await page.body?.cancel()
  })

  it('whose listing fails has no archive without its files', async () => {
    const failing: ByteSource = {
      open: async () => ({ kind: 'directory' }),
      list: async () => Promise.reject(new Error('no connection')),
    }
    for (const source of [failing, failover([failing, failing], { openFor: 100 })]) {
      await using served = await applicationWith({ source, zip: true })
      const response = await fetch(`${served.url}/?zip`)
      expect(response.status).toBeGreaterThanOrEqual(500)
    }
  })

  it('stops to list when the client leaves', async () => {
    const events = new EventEmitter()
    const source: ByteSource = {
      open: async () => ({ kind: 'directory' }),
      list: (_key, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(signal.reason)
            events.emit('stopped', signal.reason.code)
          })
          events.emit('listing')
        }),
    }
    const [listing, stopped] = [once(events, 'listing'), once(events, 'stopped')]
    await using served = await applicationWith({ source, zip: true })
    using client = new RawClient(served.port)
    client.request('/?zip')
    await listing
    client.socket.destroy()
    expect(await stopped).toEqual(['CLIENT_GONE'])
  })
})

it.each(['before', 'after'])(
  'An archive is not compressed by a plugin that is registered %s',
  async (order) => {
    const app = Fastify()
    const add = () => app.register(compress, { threshold: 0, customTypes: /./ })
    if (order === 'before') await add()
    await app.register(lastbyte, { root: folder.path, zip: true })
    app.get('/order.zip', (_request, reply) => reply.zip(['films/']))
    if (order === 'after') await add()
    await using served = await new Application(app as unknown as FastifyInstance, []).listen()
    for (const path of ['/films/?zip', '/order.zip']) {
      const headers = { 'accept-encoding': 'gzip', range: 'bytes=0-99' }
      const response = await fetch(served.url + path, { headers })
      expect([response.status, response.headers.get('content-encoding')]).toEqual([206, null])
      expect(await bytesOf(response)).toHaveLength(100)
    }
  },
)

it('An archive over HTTP/2 with TLS has the bytes of the one over HTTP/1.1, and ranges', async () => {
  await using plain = await applicationWith({ root: folder.path, zip: true })
  const whole = await bytesOf(await fetch(`${plain.url}/films/?zip`))
  const app = Fastify({ http2: true, https: tls }) as unknown as FastifyInstance
  await app.register(lastbyte, { root: folder.path, zip: true })
  await using served = await new Application(app, []).listen()
  const session = connect(`https://127.0.0.1:${served.port}`, { rejectUnauthorized: false })
  const get = async (fields: Record<string, string>) => {
    const chunks: Buffer[] = []
    for await (const chunk of session.request({ ':path': '/films/?zip', ...fields })) {
      chunks.push(chunk as Buffer)
    }
    return Buffer.concat(chunks)
  }
  expect((await get({})).equals(whole)).toBe(true)
  expect((await get({ range: 'bytes=699000-' })).equals(whole.subarray(699_000))).toBe(true)
  expect(await get({ ':method': 'HEAD' })).toHaveLength(0)
  session.close()
})
