import { Agent } from 'node:http'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { GetObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { chunksOf, readDirectly } from '../../../src/source/s3/direct-bodies.js'
import { settleS3 } from '../../../src/source/s3/s3-options.js'
import { SlabSocket } from '../../../src/transport/slab-socket.js'
import { pattern } from '../../fixture/files.js'
import {
  type RawResponse,
  RawResponseServer,
  sendPieces,
} from '../../fixture/raw-response-server.js'
import { agentOf } from '../../fixture/sdk-agent.js'

const CONTENT = pattern(700_000)
const clients: S3Client[] = []

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy()
})

function clientOf({ url }: RawResponseServer, options: object = {}): S3Client {
  const client = new S3Client({
    endpoint: url.href,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    ...(options as S3ClientConfig),
  })
  clients.push(client)
  return client
}

/** Requests an object as the source does. */
async function get(client: S3Client, abortSignal = new AbortController().signal) {
  const command = new GetObjectCommand({ Bucket: 'b', Key: 'k' })
  readDirectly(command, settleS3({ client, bucket: 'b' }))
  const { Body } = await client.send(command, { abortSignal })
  return chunksOf(Body as Readable) as AsyncIterator<Uint8Array>
}

async function bytesOf(chunks: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const received: Buffer[] = []
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    received.push(Buffer.from(next.value))
  }
  return Buffer.concat(received)
}

const head = (length: number, fields = '', status = 200) =>
  Buffer.from(`HTTP/1.1 ${status} X\r\nETag: "v"\r\nContent-Length: ${length}\r\n${fields}\r\n`)
const whole =
  (content = CONTENT, fields = ''): RawResponse =>
  (socket) =>
    sendPieces(socket, [Buffer.concat([head(content.length, fields), content])])

function socketsOf(client: S3Client): unknown[] {
  const { sockets, freeSockets } = agentOf(client) ?? {}
  return Object.values({ ...sockets, ...freeSockets }).flat()
}

const crc = (content: Buffer) => {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(content))
  return `x-amz-checksum-crc32: ${sum.toString('base64')}\r\n`
}

describe('readDirectly', () => {
  it("receives from the SDK's own agent past the parser, from its second connection on", async () => {
    await using server = await RawResponseServer.start(whole())
    const client = clientOf(server)
    for (let request = 1; request <= 4; request += 1) {
      expect((await bytesOf(await get(client))).equals(CONTENT)).toBe(true)
      await new Promise(setImmediate)
    }
    expect(server.requests).toEqual([1, 1, 2, 3])
    expect(socketsOf(client)).toEqual([expect.any(SlabSocket)])
  })

  it('receives any body in any division into packets, and keeps the connection in step', async () => {
    let pieces: Uint8Array[] = []
    await using server = await RawResponseServer.start((socket) => sendPieces(socket, pieces))
    const client = clientOf(server)
    const size = fc.oneof(fc.nat(10), fc.nat(CONTENT.length))
    const cuts = fc.array(fc.nat(CONTENT.length), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(size, cuts, async (length, given) => {
        const all = Buffer.concat([head(length), CONTENT.subarray(0, length)])
        const places = [0, ...given.map((cut) => cut % (all.length + 1)), all.length]
        places.sort((one, other) => one - other)
        pieces = places.slice(1).map((end, index) => all.subarray(places[index], end))
        pieces = pieces.filter((piece) => piece.length > 0)
        const received = await bytesOf(await get(client))
        expect(received.equals(CONTENT.subarray(0, length))).toBe(true)
        await new Promise(setImmediate)
      }),
      { numRuns: 60 },
    )
    // The first connection is not kept.
    expect(server.requests.slice(0, 4)).toEqual([1, 1, 2, 3])
  })

  it.each([
    ['an agent', { httpAgent: new Agent({ keepAlive: true }) }],
    ['an agent of another class', { httpAgent: new (class extends Agent {})({ keepAlive: true }) }],
    ['options of an agent for a proxy', { httpAgent: { proxyEnv: {} } }],
  ])('leaves %s of the application as it is', async (_name, requestHandler) => {
    await using server = await RawResponseServer.start(whole())
    const client = clientOf(server, { requestHandler })
    for (let request = 1; request <= 3; request += 1) {
      expect((await bytesOf(await get(client))).equals(CONTENT)).toBe(true)
      await new Promise(setImmediate)
    }
    const [socket, ...others] = socketsOf(client)
    expect(socket).not.toBeInstanceOf(SlabSocket)
    expect(others).toEqual([])
  })

  it("leaves a request handler of the application's own as it is", async () => {
    const body = Readable.from([Buffer.from('own')])
    const requestHandler = {
      handle: async () => ({ response: { statusCode: 200, headers: {}, body } }),
      updateHttpClientConfig() {},
      httpHandlerConfigs: () => ({}),
    }
    await using server = await RawResponseServer.start(whole())
    const client = clientOf(server, { requestHandler })
    expect(String(await bytesOf(await get(client)))).toBe('own')
    expect(server.requests).toEqual([])
  })

  it('keeps the number of connections that the application has set', async () => {
    await using server = await RawResponseServer.start(whole())
    const client = clientOf(server, { requestHandler: { httpAgent: { maxSockets: 2 } } })
    await bytesOf(await get(client))
    await Promise.all(Array.from({ length: 6 }, async () => bytesOf(await get(client))))
    expect(socketsOf(client)).toEqual([expect.any(SlabSocket), expect.any(SlabSocket)])
  })

  describe('past the parser', () => {
    /** A client whose next request has a connection that reads into slabs. */
    async function prepared(server: RawResponseServer, options: object = {}) {
      const client = clientOf(server, options)
      await bytesOf(await get(client))
      return client
    }

    /** Responds to the first request with the whole object, then as told. */
    function then(respond: RawResponse): RawResponse {
      let requests = 0
      return (socket, nth) => {
        requests += 1
        return requests === 1 ? whole()(socket, nth) : respond(socket, nth)
      }
    }

    it.each([
      ['the checksum', CONTENT, undefined],
      ['another checksum', pattern(1000, 1), /Checksum mismatch/],
    ])('the SDK verifies a body that has %s', async (_name, summed, error) => {
      await using server = await RawResponseServer.start(then(whole(CONTENT, crc(summed))))
      const client = await prepared(server)
      const reading = get(client).then(bytesOf)
      if (error) await expect(reading).rejects.toThrow(error)
      else expect((await reading).equals(CONTENT)).toBe(true)
    })

    it.each([
      ['', ''],
      ['whose checksum is verified', crc(CONTENT)],
    ])('a body %s that breaks off ends with an error', async (_name, fields) => {
      await using server = await RawResponseServer.start(
        then(async (socket) => {
          await sendPieces(socket, [head(CONTENT.length, fields), CONTENT.subarray(0, 300_000)])
          socket.end()
        }),
      )
      await expect(get(await prepared(server)).then(bytesOf)).rejects.toThrow()
    })

    it("the SDK reads an error's body", async () => {
      const xml = Buffer.from('<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>')
      await using server = await RawResponseServer.start(
        then((socket) => void socket.write(Buffer.concat([head(xml.length, '', 404), xml]))),
      )
      await expect(get(await prepared(server))).rejects.toMatchObject({ name: 'NoSuchKey' })
    })

    it('the SDK repeats a request', async () => {
      const responses = [head(0, '', 503), Buffer.concat([head(5), Buffer.from('again')])]
      await using server = await RawResponseServer.start(
        then((socket) => void socket.write(responses.shift() ?? '')),
      )
      const client = await prepared(server, { maxAttempts: 2 })
      expect(String(await bytesOf(await get(client)))).toBe('again')
    })

    it('the SDK limits the time without a byte', async () => {
      await using server = await RawResponseServer.start(
        then((socket) => sendPieces(socket, [head(CONTENT.length), CONTENT.subarray(0, 300_000)])),
      )
      const client = await prepared(server, { requestHandler: { socketTimeout: 300 } })
      await expect(get(client).then(bytesOf)).rejects.toMatchObject({ name: 'TimeoutError' })
    })

    it.each([
      ['the signal', (abort: AbortController, _chunks: AsyncIterator<Uint8Array>) => abort.abort()],
      [
        'the reader',
        (_abort: AbortController, chunks: AsyncIterator<Uint8Array>) => chunks.return?.(),
      ],
    ])('%s ends the connection of a body that has not arrived', async (_name, end) => {
      await using server = await RawResponseServer.start(
        then((socket) => sendPieces(socket, [head(CONTENT.length), CONTENT.subarray(0, 300_000)])),
      )
      const client = await prepared(server)
      const abort = new AbortController()
      const chunks = await get(client, abort.signal)
      await chunks.next()
      expect(server.sockets.size).toBe(1)
      await end(abort, chunks)
      await expect.poll(() => server.sockets.size).toBe(0)
    })

    it('chunks that middleware of the application keeps are never written to again', async () => {
      await using server = await RawResponseServer.start(whole())
      const client = await prepared(server)
      const kept: Buffer[] = []
      client.middlewareStack.add(
        (next) => async (request) => {
          const result = await next(request)
          const { response } = result as { response: { body: Readable } }
          for await (const chunk of response.body) kept.push(chunk)
          response.body = Readable.from(kept)
          return result
        },
        { step: 'deserialize' },
      )
      expect((await bytesOf(await get(client))).equals(CONTENT)).toBe(true)
      expect(Buffer.concat(kept).equals(CONTENT)).toBe(true)
    })
  })
})
