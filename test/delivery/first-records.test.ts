import { once } from 'node:events'
import { connect as connectHttp2, createSecureServer } from 'node:http2'
import { Agent, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FirstRecords, recordsOf } from '../../src/delivery/first-records.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { type Application, serverWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RecordRelay } from '../fixture/record-relay.js'
import { settledSource } from '../fixture/settled-files.js'
import { tls } from '../fixture/tls.js'

const FILES = { large: pattern(1024 * 1024), small: pattern(40_000) }
type Name = keyof typeof FILES

/** Bytes of a record besides its content: a header section, or the tag of the cipher and the head of a frame. */
const BESIDES = 1024
const SMALL = 4096 + BESIDES
/** Bytes that are sent in small records. */
const FLIGHT = 16 * 1024
/** A record that is as large as TLS permits, or as a frame of HTTP/2. */
const LARGE = 16 * 1024

/** The largest record within the first flight, and after it. */
function largest(sizes: readonly number[]): { first: number; later: number } {
  let sent = 0
  const found = { first: 0, later: 0 }
  for (const size of sizes) {
    const part = sent < FLIGHT - SMALL ? 'first' : 'later'
    found[part] = Math.max(found[part], size)
    sent += size
  }
  return found
}

function expectSmall(sizes: readonly number[]): void {
  const { first, later } = largest(sizes)
  expect(first).toBeGreaterThan(0)
  expect(first).toBeLessThanOrEqual(SMALL)
  expect(later).toBeGreaterThanOrEqual(LARGE)
}

interface Client extends Disposable {
  /** Receives a file completely. */
  receive(name: Name): Promise<Buffer>
}

function http1Client(port: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  return {
    async receive(name) {
      const [response] = await once(
        get({ port, host: '127.0.0.1', path: `/${name}`, agent }),
        'response',
      )
      return Buffer.concat(await response.toArray())
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

function http2Client(port: number): Client {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  return {
    receive: async (name) =>
      Buffer.concat(await session.request({ ':path': `/${name}` }).toArray()),
    [Symbol.dispose]: () => session.destroy(),
  }
}

/** A server in front of which a relay sees the records. */
async function secured(options: LastbyteOptions = {}) {
  const folder = new Folder(FILES)
  const served: Application = await serverWith(
    { source: settledSource(folder), ...options },
    { tls },
  )
  const relay = await RecordRelay.before(served.port)
  return {
    relay,
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]()
      await served[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

describe.each([
  ['HTTP/1.1', http1Client],
  ['HTTP/2', http2Client],
] as const)('The records of %s over TLS', (_protocol, clientOf) => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it.each<[Name, string]>([
    ['large', 'of a file that is read by parts'],
    ['small', 'of a file that is read whole'],
  ])('are small at the start of a connection: %s, %s', async (name) => {
    await using place = await secured()
    const { relay } = place
    using client = clientOf(relay.port)
    expect((await client.receive(name)).equals(FILES[name])).toBe(true)
    expectSmall(relay.take())
  })

  it('are small at the start of a connection: of a file in memory', async () => {
    await using place = await secured()
    const { relay } = place
    using earlier = clientOf(relay.port)
    await earlier.receive('small')
    relay.take()
    using client = clientOf(relay.port)
    expect((await client.receive('small')).equals(FILES.small)).toBe(true)
    expectSmall(relay.take())
  })

  it('are small at the start of a connection: at a rate', async () => {
    await using place = await secured({ rate: 4_000_000 })
    const { relay } = place
    using client = clientOf(relay.port)
    expect((await client.receive('small')).equals(FILES.small)).toBe(true)
    expect(largest(relay.take()).first).toBeLessThanOrEqual(SMALL)
  })

  it('are large on a connection that is in use, and small again after a pause', async () => {
    await using place = await secured()
    const { relay } = place
    using client = clientOf(relay.port)
    const start = performance.now()
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => start)
    await client.receive('small')
    relay.take()
    for (const name of ['small', 'large', 'small'] as const) {
      await client.receive(name)
      expect(largest(relay.take()).first).toBeGreaterThanOrEqual(LARGE)
    }
    for (const [nth, name] of (['small', 'large'] as const).entries()) {
      clock.mockImplementation(() => start + 1_500 * (nth + 1))
      await client.receive(name)
      expectSmall(relay.take())
    }
  })
})

describe('FirstRecords', () => {
  /** A connection on which time passes as the test says. */
  function connection() {
    let now = 0
    const records = new FirstRecords(() => now)
    const wait = (ms: number) => {
      now += ms
    }
    return { records, wait }
  }

  it.each([
    [
      'of one large part',
      [100_000, 100_000, 100_000, 100_000, 100_000],
      [4096, 4096, 4096, 4096, 100_000],
    ],
    [
      'of small parts',
      [100, 200, 16_000, 16_000, 16_000, 16_000, 9],
      [100, 200, 4096, 4096, 4096, 3796, 9],
    ],
  ])('permits 16 KiB in small writes, %s', (_, parts, writes) => {
    const { records } = connection()
    expect(parts.map((bytes) => records.permit(bytes))).toEqual(writes)
  })

  it('begins anew after a pause between two writes, not after a long response', () => {
    const { records, wait } = connection()
    for (let n = 0; n < 4; n += 1) records.permit(5_000)
    for (let n = 0; n < 5; n += 1) {
      wait(900)
      expect(records.permit(5_000)).toBe(5_000)
    }
    expect(records.permitWhole(5_000)).toBe(true)
    wait(1_001)
    expect([records.permitWhole(5_000), records.permit(5_000)]).toEqual([false, 4096])
  })

  it('lets a small response be one write, and leaves small records for the next one', () => {
    const { records } = connection()
    expect([records.permitWhole(0), records.permitWhole(4096)]).toEqual([true, true])
    expect(records.permitWhole(4097)).toBe(false)
    expect([1, 2, 3, 4].map(() => records.permit(9_000))).toEqual([4096, 4096, 4096, 9_000])
  })

  it('leaves to a later response what a refused one did not use', () => {
    const { records } = connection()
    expect(records.permitWhole(5_000)).toBe(false)
    expect([records.permit(5_000), records.permit(904)]).toEqual([4096, 904])
    expect(records.permitWhole(40_000)).toBe(false)
    expect(records.permit(40_000)).toBe(4096)
  })

  it('refuses one response of many at once', () => {
    const { records } = connection()
    expect([1, 2, 3].map(() => records.permitWhole(50_000))).toEqual([false, true, true])
  })
})

it('knows no records of a response whose session has ended', async () => {
  const server = createSecureServer(tls)
  const ended = new Promise<unknown>((resolve) => {
    server.on('request', (_request, response) => {
      response.stream.session?.destroy()
      setImmediate(() => resolve(recordsOf(response)))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  session.request().on('error', () => {})
  expect(await ended).toBeUndefined()
  session.destroy()
  server.close()
})
