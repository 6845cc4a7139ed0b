import { once } from 'node:events'
import { connect as connectHttp2, createSecureServer } from 'node:http2'
import { Agent, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { firstRecords } from '../../src/delivery/first-records.js'
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
async function secured() {
  const folder = new Folder(FILES)
  const served: Application = await serverWith({ source: settledSource(folder) }, { tls })
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

  it('are large on a connection that is in use, and small again after a pause', async () => {
    await using place = await secured()
    const { relay } = place
    using client = clientOf(relay.port)
    await client.receive('small')
    relay.take()
    for (const name of ['small', 'large', 'small'] as const) {
      await client.receive(name)
      expect(largest(relay.take()).first).toBeGreaterThanOrEqual(LARGE)
    }
    const { now } = performance
    for (const [nth, name] of (['small', 'large'] as const).entries()) {
      vi.spyOn(performance, 'now').mockImplementation(
        () => now.call(performance) + 1_500 * (nth + 1),
      )
      await client.receive(name)
      expectSmall(relay.take())
    }
  })
})

it('limits nothing of a response whose session has ended', async () => {
  const server = createSecureServer(tls)
  const ended = new Promise<unknown>((resolve) => {
    server.on('request', (_request, response) => {
      response.stream.session?.destroy()
      setImmediate(() => resolve(firstRecords(response)))
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
