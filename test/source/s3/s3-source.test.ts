import { Agent } from 'node:http'
import {
  DeleteObjectCommand,
  PutObjectCommand,
  type S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenRequest } from '../../../src/source/byte-source.js'
import type { S3Options } from '../../../src/source/s3/s3-options.js'
import { s3Source } from '../../../src/source/s3/s3-source.js'
import { byteSourceContract, bytesOf, openAt } from '../../contract/byte-source.contract.js'
import { serverWith } from '../../fixture/application.js'
import { CuttingProxy } from '../../fixture/cutting-proxy.js'
import { pattern } from '../../fixture/files.js'
import { RawClient } from '../../fixture/raw-http.js'
import { ScriptedServer } from '../../fixture/scripted-server.js'
import { agentOf } from '../../fixture/sdk-agent.js'
import { isSwiftInstalled, Swift } from '../../fixture/swift.js'

const live = new AbortController().signal
const GET = { method: 'GET' } as const
const CONTENT = pattern(600_000)

let swift: Swift
let client: S3Client
let buckets = 0
const agent = new Agent({ keepAlive: true })

/** The name of a new, empty bucket. */
async function newBucket(options?: { versioned: boolean }): Promise<string> {
  buckets += 1
  const name = `bucket-${buckets}`
  await swift.bucket(name, options)
  return name
}

function sourceOf(bucket: string, options: Partial<S3Options> = {}) {
  const quick = { stall: 5000, retryFor: 3000, openFor: 1000 }
  return s3Source({ client, bucket, ...quick, ...options })
}

/** Connections with a request. */
function running(of: Agent | undefined): number {
  return Object.values(of?.sockets ?? {}).flat().length
}

describe.skipIf(!isSwiftInstalled())('s3Source on OpenStack Swift', () => {
  beforeAll(async () => {
    swift = await Swift.start()
    client = swift.client({ requestHandler: { httpAgent: agent } } as S3ClientConfig)
  }, 60_000)

  afterAll(async () => {
    agent.destroy()
    await swift?.[Symbol.asyncDispose]()
  })

  byteSourceContract('s3-source', async () => {
    const bucket = await newBucket()
    const client = swift.client()
    return {
      source: sourceOf(bucket, { client, prefix: 'below/here' }),
      put: async (key, content) => void (await swift.put(bucket, `below/here/${key}`, content)),
      remove: async (key) => {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `below/here/${key}` }))
      },
      openHandles: () => running(agentOf(client)),
      [Symbol.asyncDispose]: async () => {},
    }
  })

  byteSourceContract("s3-source with the application's own agent", async () => {
    const bucket = await newBucket()
    return {
      source: sourceOf(bucket),
      put: async (key, content) => void (await swift.put(bucket, key, content)),
      remove: async (key) => {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
      },
      openHandles: () => running(agent),
      [Symbol.asyncDispose]: async () => {},
    }
  })

  describe('serves', () => {
    it('objects as files: ranges, preconditions, digests, HEAD, 404, 416, listings', async () => {
      const bucket = await newBucket()
      await swift.put(bucket, 'film/clip.mp4', CONTENT)
      await using front = await serverWith({ source: sourceOf(bucket), list: true })
      const get = async (path: string, fields: Record<string, string> = {}, method = 'GET') => {
        using raw = new RawClient(front.port)
        raw.request(path, { Connection: 'close', ...fields }, method)
        return await raw.closed()
      }
      const whole = await get('/film/clip.mp4', { 'Want-Repr-Digest': 'sha-256=1' })
      expect(whole.body.equals(CONTENT)).toBe(true)
      expect(whole.fields).toMatchObject({
        'content-type': 'video/mp4',
        'accept-ranges': 'bytes',
        'repr-digest': expect.stringMatching(/^sha-256=:/),
      })
      const etag = whole.fields.etag as string
      const part = await get('/film/clip.mp4', { Range: 'bytes=100-199', 'If-Range': etag })
      expect([part.status, part.body.equals(CONTENT.subarray(100, 200))]).toEqual([206, true])
      const parts = await get('/film/clip.mp4', { Range: 'bytes=0-9,-10' })
      expect(parts.body.includes(CONTENT.subarray(-10))).toBe(true)
      expect((await get('/film/clip.mp4', { Range: 'bytes=9999999-' })).fields).toMatchObject({
        'content-range': 'bytes */600000',
      })
      expect((await get('/film/clip.mp4', { 'If-None-Match': etag })).status).toBe(304)
      expect((await get('/film/clip.mp4', { 'If-Match': '"other"' })).status).toBe(412)
      const head = await get('/film/clip.mp4', {}, 'HEAD')
      expect([head.status, head.fields['content-length']]).toEqual([200, '600000'])
      expect((await get('/film/other.mp4')).status).toBe(404)
      expect((await get('/film')).fields.location).toBe('/film/')
      expect((await get('/film/')).body.toString()).toContain('clip.mp4')
      expect((await get('/film/clip.mp4', {}, 'POST')).status).toBe(405)
    })

    it('one whole response while the connection to the store is cut repeatedly', async () => {
      const bucket = await newBucket()
      await swift.put(bucket, 'f', CONTENT)
      const { port } = new URL(swift.endpoint)
      await using proxy = await CuttingProxy.start(() => Number(port), 200_000)
      const cut = swift.client({ endpoint: `http://127.0.0.1:${proxy.port}` })
      await using front = await serverWith({ source: sourceOf(bucket, { client: cut }) })
      using raw = new RawClient(front.port)
      raw.request('/f', { Connection: 'close' })
      const { status, body } = await raw.closed()
      expect([status, body.equals(CONTENT)]).toEqual([200, true])
      expect((await front.settled()).heals).toBeGreaterThanOrEqual(2)
      expect(proxy.cuts).toBeGreaterThanOrEqual(2)
    })
  })

  describe('versions', () => {
    const next = pattern(600_000, 1)

    it('ends a read of an object that is overwritten, unless the bucket keeps versions', async () => {
      for (const versioned of [false, true]) {
        const bucket = await newBucket({ versioned })
        await swift.put(bucket, 'f', CONTENT)
        const source = sourceOf(bucket)
        const representation = await openAt(source, 'f')
        await bytesOf(representation, { start: 0, end: 10 })
        await swift.put(bucket, 'f', next)
        const rest = bytesOf(representation, { start: 10, end: 600_000 })
        if (versioned) expect((await rest).equals(CONTENT.subarray(10))).toBe(true)
        else await expect(rest).rejects.toMatchObject({ code: 'REPRESENTATION_CHANGED' })
        await representation.close()
      }
    })

    it("opens a version by its id with versions: 'asked', and the current one otherwise", async () => {
      const bucket = await newBucket({ versioned: true })
      const { versionId } = await swift.put(bucket, 'f', Buffer.from('one'))
      await swift.put(bucket, 'f', Buffer.from('two!'))
      const open = async (query: string, versions: 'current' | 'asked') => {
        const request: OpenRequest = { ...GET, query }
        const opened = await sourceOf(bucket, { versions }).open('f', request, live)
        if (opened.kind !== 'representation') return opened.kind
        const { facts } = opened.representation
        const bytes = await bytesOf(opened.representation, { start: 0, end: facts.size })
        await opened.representation.close()
        return bytes.toString()
      }
      const old = `?versionId=${encodeURIComponent(versionId ?? '')}`
      expect(await open(old, 'asked')).toBe('one')
      expect(await open(old, 'current')).toBe('two!')
      expect(await open('', 'asked')).toBe('two!')
      expect(await open('?versionId=1111111111.00000', 'asked')).toBe('absent')
    })

    it('caches facts for factsFor ms, and never sends bytes of another version than its facts', async () => {
      const bucket = await newBucket()
      await swift.put(bucket, 'f', CONTENT)
      const source = sourceOf(bucket, { factsFor: 60_000 })
      const facts = async (request: OpenRequest) => {
        const opened = await source.open('f', request, live)
        if (opened.kind !== 'representation') throw new Error(opened.kind)
        await opened.representation.close()
        return opened.representation.facts
      }
      const first = await facts({ method: 'HEAD' })
      await swift.put(bucket, 'f', next)
      expect(await facts({ method: 'HEAD' })).toEqual(first)
      const now = await openAt(source, 'f')
      expect(now.facts.etag).not.toBe(first.etag)
      expect((await bytesOf(now, { start: 0, end: 600_000 })).equals(next)).toBe(true)
      await now.close()
      expect((await facts({ method: 'HEAD' })).etag).toBe(now.facts.etag)
    })
  })

  describe('keys', () => {
    it.each([
      'plain',
      'a b/c d',
      'plus+and%20percent',
      'Überraschung/日本',
      "quote'(1)!*~&=@$,;:",
      'a?b#c',
    ])('serves the key %s', async (key) => {
      const bucket = await newBucket()
      await swift.put(bucket, key, Buffer.from(key))
      await using front = await serverWith({ source: sourceOf(bucket) })
      const path = key.split('/').map(encodeURIComponent).join('/')
      expect(await (await fetch(`${front.url}/${path}`)).text()).toBe(key)
    })

    it('lists all pages of a folder, without dotfiles and names that no URL has', async () => {
      const bucket = await newBucket()
      const keys = Array.from({ length: 12 }, (_none, at) => `many/${at}`)
      for (const key of [...keys, 'many/sub/x', 'many/', 'many/.hidden', 'many/a\\b']) {
        await swift.put(bucket, key, Buffer.from('x'))
      }
      const paged = {
        send: (command: { input: { MaxKeys?: number } }, options: object) => {
          if (command.input.MaxKeys === 1000) command.input.MaxKeys = 5
          return client.send(command as never, options)
        },
      }
      const entries = await sourceOf(bucket, { client: paged }).list?.('many/', live)
      const names = entries?.map(({ name }) => name).sort()
      expect(names).toEqual([...keys.map((key) => key.slice(5)), 'sub'].sort())
      expect(entries?.find(({ name }) => name === 'sub')?.kind).toBe('directory')
    })
  })

  describe('errors of the store', () => {
    async function responseFrom(options: Partial<S3Options>, method = 'GET') {
      await using front = await serverWith({ source: sourceOf('bucket-1', options) })
      using raw = new RawClient(front.port)
      raw.request('/f', { Connection: 'close' }, method)
      const { status, fields, body } = await raw.closed()
      return { status, proxyStatus: fields['proxy-status'], text: body.toString() }
    }

    it('hide credentials that the store rejects from the client', async () => {
      const credentials = { accessKeyId: 'test:tester', secretAccessKey: 'wrong-secret' }
      const wrong = swift.client({ credentials })
      const { status, text } = await responseFrom({ client: wrong })
      expect([403, 500]).toContain(status)
      expect(text).not.toMatch(/Signature|tester|wrong|RequestId/i)
      const unknown = swift.client({ credentials: { ...credentials, accessKeyId: 'nobody' } })
      expect([403, 500]).toContain((await responseFrom({ client: unknown })).status)
    })

    it('are a 500 for a bucket that does not exist, without its name', async () => {
      const { status, text } = await responseFrom({ bucket: 'nowhere' })
      expect(status).toBe(500)
      expect(text).not.toContain('nowhere')
    })

    it('are a 502 where the store can not be reached', async () => {
      const gone = swift.client({ endpoint: 'http://127.0.0.1:1', maxAttempts: 1 })
      const { status, proxyStatus } = await responseFrom({ client: gone, openFor: 200 })
      expect([status, proxyStatus]).toEqual([502, 'lastbyte;error=connection_refused'])
    })
  })

  it('sends the metadata of an object as header fields', async () => {
    const bucket = await newBucket()
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: 'f',
        Body: Buffer.from('x'),
        ContentType: 'text/x-own',
        CacheControl: 'max-age=5',
        ContentDisposition: 'attachment',
      }),
    )
    await using front = await serverWith({ source: sourceOf(bucket) })
    const { headers } = await fetch(`${front.url}/f`)
    expect(headers.get('content-type')).toBe('text/x-own')
    expect(headers.get('content-disposition')).toBe('attachment')
  })
})

describe('s3Source with a scripted store', () => {
  /** A store that responds with these XML errors in turn, then with bytes. */
  async function storeOf(errors: { status: number; code: string }[]) {
    return ScriptedServer.start((_request, response) => {
      const error = errors.shift()
      if (error === undefined) {
        response.writeHead(200, { etag: '"v"', 'content-length': 5 }).end('bytes')
        return
      }
      const text = `<?xml version="1.0"?><Error><Code>${error.code}</Code><Message>inner words</Message></Error>`
      response.writeHead(error.status, { 'content-type': 'application/xml' }).end(text)
    })
  }

  async function responseOf(errors: { status: number; code: string }[], openFor = 3000) {
    await using store = await storeOf(errors)
    const { S3Client } = await import('@aws-sdk/client-s3')
    const scripted = new S3Client({
      endpoint: store.url,
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    })
    await using front = await serverWith({
      source: s3Source({ client: scripted, bucket: 'b', openFor }),
    })
    using raw = new RawClient(front.port)
    raw.request('/f', { Connection: 'close' })
    const { status, body, fields } = await raw.closed()
    scripted.destroy()
    return { status, text: body.toString(), fields, requests: store.requests.length }
  }

  const slow = { status: 503, code: 'SlowDown' }

  it('retries after SlowDown, and is a 503 if the store stays busy', async () => {
    expect(await responseOf([slow, slow])).toMatchObject({
      status: 200,
      text: 'bytes',
      requests: 3,
    })
    const busy = await responseOf(Array(500).fill(slow), 200)
    expect([busy.status, busy.fields['retry-after']]).toEqual([503, '1'])
    expect(busy.text).not.toContain('inner')
  })

  it.each([
    [403, 'AccessDenied', 403],
    [404, 'NoSuchKey', 404],
    [404, 'NoSuchBucket', 500],
    [400, 'ExpiredToken', 500],
    [403, 'InvalidAccessKeyId', 500],
    [403, 'SignatureDoesNotMatch', 500],
    [400, 'Whatever', 500],
  ])(
    'makes %i %s to a %i at once, without the message of the store',
    async (status, code, expected) => {
      const all = Array(9).fill({ status, code })
      const response = await responseOf(all)
      expect(response.status).toBe(expected)
      expect(response.text).not.toMatch(/inner|Code/)
      expect(response.requests).toBeLessThanOrEqual(2)
    },
  )

  it.each([
    [{ client: {}, bucket: 'b' }, 'client'],
    [{ client: { send() {} }, bucket: '' }, 'bucket'],
    [{ client: { send() {} }, bucket: 'b', prefix: 5 }, 'prefix'],
    [{ client: { send() {} }, bucket: 'b', factsFor: -1 }, 'factsFor'],
    [{ client: { send() {} }, bucket: 'b', versions: 'all' }, 'versions'],
    [{ client: { send() {} }, bucket: 'b', dotfiles: 'x' }, 'dotfiles'],
    [{ client: { send() {} }, bucket: 'b', region: 'x' }, 'region'],
  ])('refuses %o by the name of the option', (options, setting) => {
    expect(() => s3Source(options as never)).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING', facts: expect.objectContaining({ setting }) }),
    )
  })
})
