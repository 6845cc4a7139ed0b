import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/settings/options.js'
import type { ByteSource, Opened } from '../../src/source/byte-source.js'
import { failover } from '../../src/source/failover.js'
import { type Application, applicationWith, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { RawClient, type RawResponse } from '../fixture/raw-http.js'
import { RawHttp2Client } from '../fixture/raw-http2.js'
import { THROWN } from '../fixture/thrown-values.js'
import { tls } from '../fixture/tls.js'

const BYTES = Buffer.from('0123456789')
const FACTS = { name: 'f.txt', contentType: 'text/plain', size: BYTES.length, etag: '"v1"' }

type Read = (slice: { start: number; end: number }) => AsyncIterable<Uint8Array>

async function* bytes({ start, end }: { start: number; end: number }) {
  yield BYTES.subarray(start, end)
}

const opened = (read: Read, close: () => Promise<void> = async () => {}): ByteSource => ({
  open: async () => ({ kind: 'representation', representation: { facts: FACTS, read, close } }),
})

/** Functions of an application that throw, as options of a registration; `folder` has the file f.txt. */
const PLACES: Readonly<Record<string, (thrown: () => unknown, folder: string) => LastbyteOptions>> =
  {
    'open rejects': (thrown) => ({ source: { open: () => Promise.reject(thrown()) } }),
    'open throws': (thrown) => ({
      source: {
        open() {
          throw thrown()
        },
      },
    }),
    'open resolves with it': (thrown) => ({
      source: { open: async () => thrown() as Opened },
    }),
    'open resolves with it as the representation': (thrown) => ({
      source: { open: async () => ({ kind: 'representation', representation: thrown() as never }) },
    }),
    'open resolves with it as the response of another server': (thrown) => ({
      source: { open: async () => ({ kind: 'answered', answer: thrown() as never }) },
    }),
    'the first read throws': (thrown) => ({
      // biome-ignore lint/correctness/useYield: throws before its first chunk
      source: opened(async function* () {
        throw thrown()
      }),
    }),
    'the second read throws': (thrown) => ({
      source: opened(async function* () {
        yield BYTES.subarray(0, 4)
        throw thrown()
      }),
    }),
    'read throws': (thrown) => ({
      source: opened(() => {
        throw thrown()
      }),
    }),
    'read returns it': (thrown) => ({
      source: opened(() => thrown() as AsyncIterable<Uint8Array>),
    }),
    'read yields it': (thrown) => ({
      source: opened(async function* () {
        yield thrown() as Uint8Array
      }),
    }),
    'an iterator throws in next and in return': (thrown) => ({
      source: opened(() => {
        const next = () => {
          throw thrown()
        }
        return { [Symbol.asyncIterator]: () => ({ next, return: next }) }
      }),
    }),
    'close rejects': (thrown) => ({ source: opened(bytes, () => Promise.reject(thrown())) }),
    'close throws': (thrown) => ({
      source: opened(bytes, () => {
        throw thrown()
      }),
    }),
    'list rejects': (thrown) => ({
      list: true,
      source: {
        open: async (key) => ({
          kind: key === 'f.txt/' || key === 'f.txt' ? 'directory' : 'absent',
        }),
        list: () => Promise.reject(thrown()),
      },
      redirect: false,
    }),
    'cached throws': (thrown) => ({
      source: {
        ...opened(bytes),
        cached() {
          throw thrown()
        },
      },
    }),
    'both sources of a failover reject': (thrown) => {
      const source: ByteSource = { open: () => Promise.reject(thrown()) }
      return { source: failover([source, source], { openFor: 0 }) }
    },
    'both sources of a failover throw while they are read': (thrown) => {
      const source = opened(async function* () {
        yield BYTES.subarray(0, 4)
        throw thrown()
      })
      return { source: failover([source, source], { openFor: 0, retryFor: 0 }) }
    },
    'setHeaders throws': (thrown, root) => ({
      root,
      setHeaders() {
        throw thrown()
      },
    }),
    'setHeaders rejects': (thrown, root) => ({
      root,
      setHeaders: () => Promise.reject(thrown()),
    }),
    'allowedPath throws': (thrown, root) => ({
      root,
      allowedPath() {
        throw thrown()
      },
    }),
    'allowedPath returns a promise that rejects': (thrown, root) => ({
      root,
      allowedPath: () => Promise.reject(thrown()) as never,
    }),
  }

/** Requests that take different paths through the plugin. */
const REQUESTS: Readonly<Record<string, { method?: string; fields?: Record<string, string> }>> = {
  GET: {},
  HEAD: { method: 'HEAD' },
  'GET with Range': { fields: { Range: 'bytes=2-3,5-' } },
  'GET of a digest': { fields: { 'Want-Repr-Digest': 'sha-256=9' } },
  'GET of events': { fields: { Accept: 'text/event-stream' } },
  'GET of lines': { fields: { Accept: 'application/x-ndjson' } },
  OPTIONS: { method: 'OPTIONS' },
  DELETE: { method: 'DELETE' },
}

async function send(
  { port }: Application,
  { method = 'GET', fields = {} }: (typeof REQUESTS)[string],
): Promise<RawResponse> {
  return withinSecond(`${method} ${JSON.stringify(fields)}`, async () => {
    using client = new RawClient(port)
    client.request('/f.txt', { Connection: 'close', ...fields }, method)
    return await client.closed()
  })
}

/** Everything that must be false: an open end, or a body that looks complete but is not. */
function requireVisibleEnd(where: string, { status, fields, body, ended }: RawResponse): void {
  expect(ended, where).toBe('fin')
  expect(status, where).toBeGreaterThanOrEqual(200)
  const length = fields['content-length']
  const isCompleteBody = status === 200 && body.length === Number(length)
  if (isCompleteBody && fields['content-type'] === 'text/plain') expect(body, where).toEqual(BYTES)
}

describe.each(Object.keys(PLACES))('Where %s', (place) => {
  const optionsOf = PLACES[place] as (typeof PLACES)[string]

  it.each(Object.keys(THROWN))(
    'the client gets a visible end within a second and the process lives: %s',
    async (what) => {
      using folder = new Folder({ 'f.txt': BYTES })
      await using app = await applicationWith(optionsOf(THROWN[what] as () => unknown, folder.path))
      for (const [name, request] of Object.entries(REQUESTS)) {
        requireVisibleEnd(`${name}: ${what}`, await send(app, request))
      }
      await expect.poll(() => app.app.transfers.running.size).toBe(0)
    },
  )
})

describe('Over HTTP/2', () => {
  it.each(Object.keys(PLACES))('the stream ends visibly where %s', async (place) => {
    using folder = new Folder({ 'f.txt': BYTES })
    let thrown: () => unknown = () => null
    const optionsOf = PLACES[place] as (typeof PLACES)[string]
    await using app = await serverWith(
      optionsOf(() => thrown(), folder.path),
      { tls },
    )
    using client = await RawHttp2Client.connect(app.port)
    for (const [what, make] of Object.entries(THROWN)) {
      thrown = make
      const { endStream, reset } = await withinSecond(what, () =>
        client.frames(client.request('/f.txt')),
      )
      expect(endStream || reset !== undefined, what).toBe(true)
    }
    await expect.poll(() => app.app.transfers.running.size).toBe(0)
  })
})

/** Times that an exchange is tried which takes longer than a second: other tests have the processors. */
const ATTEMPTS = 5

/** The result of an exchange that takes at most a second. */
async function withinSecond<T>(what: string, exchange: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const over = new AbortController()
    const late = delay(1_000, undefined, { signal: over.signal }).catch(() => undefined)
    const result = await Promise.race([exchange().then((value) => ({ value })), late])
    over.abort()
    if (result !== undefined) return result.value
  }
  throw new Error(`no end within a second, ${ATTEMPTS} times: ${what}`)
}

describe('An observer of transfers that throws', () => {
  it.each(Object.keys(THROWN))('changes no response, and the process lives: %s', async (what) => {
    using folder = new Folder({ 'f.txt': BYTES })
    const observe = (app: FastifyInstance) => {
      app.transfers.observe(() => {
        throw THROWN[what]?.()
      })
    }
    const warnings: unknown[] = []
    const note = (warning: unknown) => void warnings.push(warning)
    process.on('warning', note)
    try {
      await using app = await applicationWith({ root: folder.path }, observe)
      for (const fields of [{}, { Accept: 'text/event-stream' }, { Range: 'bytes=1-' }]) {
        expect((await send(app, { fields })).status).toBeLessThan(300)
      }
      await expect.poll(() => warnings.length).toBeGreaterThan(0)
    } finally {
      process.off('warning', note)
    }
  })
})
