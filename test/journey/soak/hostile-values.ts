import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { EventSourceOf, StreamContext } from '../../../src/plugin/stream-decorators.js'
import type { ByteSource, Opened } from '../../../src/source/byte-source.js'

function fail(): never {
  throw new Error('thrown by the value')
}

/** Values that an application may throw, or reject with. Each call makes a new one. */
export const THROWN: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => 'text',
  () => Symbol('thrown'),
  () => Object.freeze(new Error('frozen')),
  () => new Proxy({}, { get: fail, getPrototypeOf: fail, has: fail, ownKeys: fail }),
  () => Object.defineProperty(new Error('x'), 'code', { enumerable: true, get: fail }),
  () => ({ statusCode: 503, message: 'busy' }),
  () => new Error('plain'),
]

const FIRST = { id: 1, data: 'first' }

/** Sources of events and rows that misbehave in their own way. The index selects what they throw. */
const PRODUCERS: readonly ((thrown: () => unknown) => unknown)[] = [
  () => [FIRST, { id: 'a\nb', data: 'x' }],
  () => [FIRST, { id: 2, data: 1n }, { id: 3, data: 'never' }],
  () => [FIRST, { id: 'x:end', data: 'x' }],
  () => [FIRST, null],
  () => [FIRST, Promise.reject(new Error('item'))],
  () => [FIRST, { id: 2, data: { toJSON: fail } }],
  (thrown) => Promise.reject(thrown()),
  (thrown) => () => {
    throw thrown()
  },
  (thrown) =>
    async function* () {
      yield FIRST
      throw thrown()
    },
  (thrown) =>
    new Readable({ objectMode: true, read: (() => {}) as never }).destroy(thrown() as Error),
  (thrown) =>
    new ReadableStream({
      start: (controller) => controller.enqueue(FIRST),
      pull: (controller) => controller.error(thrown()),
      cancel: () => Promise.reject(thrown()),
    }),
  () =>
    async function* ({ signal }: StreamContext) {
      for (let id = 0; !signal.aborted; id += 1) {
        yield { id, data: 'x'.repeat(2_000) }
        if (id % 50 === 49) await pause(1)
      }
    },
  () =>
    async function* ({ signal }: StreamContext) {
      yield FIRST
      await pause(600_000, undefined, { signal })
    },
  () => () => new Promise(() => {}),
]

/** The number of sources that `hostileProducer` knows. */
export const PRODUCER_COUNT = PRODUCERS.length * THROWN.length

/** The nth source of a stream. */
export function hostileProducer(nth: number): EventSourceOf {
  const thrown = THROWN[nth % THROWN.length] ?? (() => null)
  const make = PRODUCERS[Math.floor(nth / THROWN.length) % PRODUCERS.length]
  return make?.(thrown) as EventSourceOf
}

const FACTS = { name: 'f.bin', contentType: 'application/octet-stream', size: 10_000, etag: '"v1"' }

/** Ways in which a source of bytes misbehaves, by the path of the request: `way-thrown`. */
const BYTE_SOURCES: readonly ((thrown: () => unknown) => Opened | Promise<Opened>)[] = [
  (thrown) => {
    throw thrown()
  },
  (thrown) => Promise.reject(thrown()),
  (thrown) =>
    // biome-ignore lint/correctness/useYield: throws before its first chunk
    representation(async function* () {
      throw thrown()
    }),
  (thrown) =>
    representation(async function* () {
      yield Buffer.alloc(4_000)
      throw thrown()
    }),
  (thrown) =>
    representation(() => {
      throw thrown()
    }),
  (thrown) => representation(whole, () => Promise.reject(thrown())),
  (thrown) =>
    representation(whole, () => {
      throw thrown()
    }),
  () => representation(whole, () => new Promise(() => {})),
  (thrown) =>
    representation(async function* () {
      yield thrown() as Uint8Array
    }),
  () => representation(async function* () {}),
  () =>
    representation(async function* () {
      yield Buffer.alloc(20_000)
    }),
  (thrown) => thrown() as Opened,
  (thrown) => ({ kind: 'representation', representation: thrown() as never }),
  (thrown) => ({ kind: 'answered', answer: thrown() as never }),
  () => ({
    kind: 'representation',
    representation: { facts: { ...FACTS, size: Number.NaN } } as never,
  }),
]

async function* whole({ start = 0, end = 0 }) {
  yield Buffer.alloc(end - start)
}

function representation(
  read: (slice: { start: number; end: number }) => AsyncIterable<Uint8Array>,
  close: () => Promise<void> = async () => {},
): Opened {
  return { kind: 'representation', representation: { facts: FACTS, read, close } }
}

/** The number of keys of `hostileByteSource`. */
export const BYTE_SOURCE_COUNT = BYTE_SOURCES.length * THROWN.length

/** A source of bytes whose keys `0`, `1`, … misbehave in their own way. */
export const hostileByteSource: ByteSource = {
  open(key) {
    const nth = Number.parseInt(key, 10)
    const make = BYTE_SOURCES[Math.floor(nth / THROWN.length) % BYTE_SOURCES.length]
    const thrown = THROWN[nth % THROWN.length]
    if (make === undefined || thrown === undefined) return Promise.resolve({ kind: 'absent' })
    return make(thrown) as Promise<Opened>
  },
  list: () => Promise.reject(null),
}
