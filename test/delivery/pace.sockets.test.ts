import { connect as connectHttp2 } from 'node:http2'
import { describe, expect, it } from 'vitest'
import { resumableStream } from '../../src/client/index.js'
import { AddressLimits } from '../../src/server/address-limits.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { serverWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { tls } from '../fixture/tls.js'

const CONTENT = pattern(1_500_000)

async function paced(options: Partial<LastbyteOptions>, rest = {}) {
  const folder = new Folder({ f: CONTENT, small: 'small' })
  const server = await serverWith({ root: folder.path, ...options } as LastbyteOptions, rest)
  return {
    server,
    port: server.port,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

const PATHS = ['auto', 'off'] as const
const RANGES: [Record<string, string>, number, number, number][] = [
  [{}, 200, 0, CONTENT.length],
  [{ range: 'bytes=1000-1200999' }, 206, 1000, 1_201_000],
  [{ range: 'bytes=-700001' }, 206, CONTENT.length - 700_001, CONTENT.length],
]

describe.each(PATHS)('with a rate and zeroCopy %s', (zeroCopy) => {
  it.each(RANGES)(
    'a response to %j has the right bytes at the rate',
    async (fields, status, from, to) => {
      await using on = await paced({ zeroCopy, ratePerAddress: 3_000_000 })
      using client = new RawClient(on.port)
      const began = performance.now()
      client.request('/f', { connection: 'close', ...fields })
      const response = await client.closed()
      const seconds = (performance.now() - began) / 1000
      expect(response.status).toBe(status)
      expect(response.body.equals(CONTENT.subarray(from, to))).toBe(true)
      // The rate gives credit for a tenth of a second.
      expect(seconds).toBeGreaterThan((to - from) / 3_000_000 - 0.15)
      expect((await on.server.settled()).outcome).toBe('complete')
    },
  )

  it('two clients of one address share the rate equally, and small files count too', async () => {
    await using on = await paced({ zeroCopy, ratePerAddress: 4_000_000 })
    const download = async () => {
      const response = await fetch(`http://127.0.0.1:${on.port}/f`)
      expect(Buffer.from(await response.arrayBuffer()).equals(CONTENT)).toBe(true)
      return performance.now()
    }
    const began = performance.now()
    const ends = await Promise.all([download(), download()])
    expect(Math.max(...ends) - began).toBeGreaterThan(550)
    expect(Math.abs((ends[0] ?? 0) - (ends[1] ?? 0))).toBeLessThan(400)
    expect(await (await fetch(`http://127.0.0.1:${on.port}/small`)).text()).toBe('small')
  })

  it('waiting for the rate is no stall of the client, however short its timeout is', async () => {
    await using on = await paced({ zeroCopy, rate: 4000, stallTimeout: 100, sourceTimeout: 100 })
    using client = new RawClient(on.port)
    client.request('/f', { connection: 'close', range: 'bytes=0-5999' })
    const { body } = await client.closed()
    expect(body.equals(CONTENT.subarray(0, 6000))).toBe(true)
    expect(on.server.app.transfers.rates?.waited).toBeGreaterThan(0)
  })
})

it('a client that leaves while it waits for the rate ends its transfer at once', async () => {
  await using on = await paced({ rate: 1000 })
  using client = new RawClient(on.port)
  client.request('/f')
  await client.until(1000)
  client.socket.destroy()
  expect((await on.server.settled()).outcome).toBe('client-gone')
})

it('streams of one HTTP/2 connection are limited together', async () => {
  await using on = await paced({ ratePerAddress: 4_000_000 }, { tls })
  const session = connectHttp2(`https://127.0.0.1:${on.port}`, { rejectUnauthorized: false })
  const download = async () => {
    const chunks: Buffer[] = []
    for await (const chunk of session.request({ ':path': '/f' })) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(CONTENT)).toBe(true)
  }
  const began = performance.now()
  await Promise.all([download(), download()])
  expect(performance.now() - began).toBeGreaterThan(550)
  session.destroy()
})

it('the client waits for Retry-After where its requests or connections are refused, and has every byte', async () => {
  const limits = new AddressLimits({ connectionsPerAddress: 1, requestsPerAddress: 1 })
  await using on = await paced({}, { addressLimits: limits })
  using blocking = new RawClient(on.port)
  blocking.request('/f')
  await blocking.until(1)
  blocking.socket.pause()
  const opening = resumableStream(`http://127.0.0.1:${on.port}/f`)
  await expect.poll(() => limits.refusedConnections).toBeGreaterThan(0)
  blocking.socket.destroy()
  const chunks: Uint8Array[] = []
  const { body } = await opening
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk)
  expect(Buffer.concat(chunks).equals(CONTENT)).toBe(true)
  // Without Retry-After, the client tries again within milliseconds.
  expect(limits.refusedConnections).toBeLessThan(3)
})
