import { asLastbyteError, LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import {
  type HealingOptions,
  longestWait,
  RETRY_OPTIONS,
  type RetryPolicy,
  settleRetryPolicy,
} from '../resume/retry-policy.js'
import { arrayOf, type Expectations } from '../validation/expectation.js'
import { milliseconds } from '../validation/number-expectations.js'
import { readArgument, readOptions } from '../validation/read-options.js'
import { type ByteSource, closeOpened, type Opened, type OpenRequest } from './byte-source.js'
import { BYTE_SOURCE } from './byte-source-expectation.js'
import type { Entry } from './entry.js'
import type { Facts, Representation } from './representation.js'
import { SourceOrder } from './source-order.js'
import { type ReopenAt, readFromSource } from './source-read.js'
import { openWithRetries } from './source-retry.js'

/**
 * Options of `failover`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type FailoverOptions, failover, upstreamSource } from 'lastbyte'
 *
 * const options: FailoverOptions = { restFor: 30_000, openFor: 2_000 }
 * const hosts = ['https://one.example', 'https://two.example']
 * const source = failover(hosts.map((origin) => upstreamSource({ origin })), options)
 * assert.equal(source.patience, 80_000)
 * await source.close?.()
 * ```
 */
export interface FailoverOptions extends HealingOptions {
  /** ms for which a source that has failed is tried last. Default 10,000. */
  readonly restFor?: number
}

const FAILOVER_OPTIONS: Expectations<FailoverOptions> = {
  ...RETRY_OPTIONS,
  restFor: milliseconds(0),
}

const SOURCES = arrayOf(BYTE_SOURCE, 'a non-empty array of ByteSources', 1)

/** A key to open, and the sources to try. */
interface Opening {
  readonly sources: SourceOrder
  readonly retryPolicy: RetryPolicy
  readonly key: string
  readonly request: OpenRequest
}

/**
 * Several sources of the same bytes as one. Each is tried in turn; where one fails in the middle of a
 * read, the next one continues, if it has the same version: an equal strong entity tag and size.
 *
 * @throws LastbyteError BAD_SETTING, with the name of the option
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { failover, upstreamSource } from 'lastbyte'
 *
 * const origin = Fastify()
 * await origin.register(lastbyte, { root: 'media' })
 * const running = upstreamSource({ origin: await origin.listen({ host: '127.0.0.1', port: 0 }) })
 * const down = upstreamSource({ origin: 'http://127.0.0.1:1' })
 * const server = Fastify()
 * await server.register(lastbyte, { source: failover([down, running]) })
 * const { statusCode } = await server.inject({ method: 'HEAD', url: '/clip.mp4' })
 * assert.equal(statusCode, 200)
 * await server.close()
 * await origin.close()
 * ```
 */
export function failover(candidates: readonly ByteSource[], options?: FailoverOptions): ByteSource {
  const sources = readArgument('sources', candidates, SOURCES) as readonly ByteSource[]
  const { restFor = 10_000, ...retries } = readOptions(options, FAILOVER_OPTIONS)
  const order = new SourceOrder(sources, restFor)
  const retryPolicy = settleRetryPolicy(retries)
  return {
    patience: longestWait(retryPolicy),
    ...(sources.every(({ paths }) => paths === 'as-received') && { paths: 'as-received' }),

    open(key, request, signal) {
      const asError = (thrown: unknown) =>
        asLastbyteError(thrown, 'SOURCE_FAILED', `Cannot open ${key}`)
      const open = () => openAny({ sources: order, retryPolicy, key, request }, signal)
      return openWithRetries({ retryPolicy, request, asError, final: 'none' }, open, signal)
    },

    ...(sources.some(({ list }) => list !== undefined) && {
      list: (key, signal, isWanted, most) => listAny(order, { key, signal, isWanted, most }),
    }),

    async close() {
      await Promise.all(sources.map((source) => source.close?.()))
    },
  }
}

/** The arguments of `ByteSource.list`. */
interface Listing {
  readonly key: string
  readonly signal: AbortSignal
  readonly isWanted: ((name: string) => boolean) | undefined
  readonly most: number | undefined
}

/** The entries of the first source that can list. @throws the last error where none can: a folder is not empty then */
async function listAny(
  order: SourceOrder,
  { key, signal, isWanted, most }: Listing,
): Promise<Entry[]> {
  let failure: unknown
  for (const source of order.inOrder()) {
    if (source.list === undefined) continue
    try {
      return await source.list(key, signal, isWanted, most)
    } catch (error) {
      signal.throwIfAborted()
      failure = error
    }
  }
  throw asLastbyteError(failure, 'SOURCE_FAILED', `Cannot list ${key}`)
}

/**
 * Opens the key at the first source that has it. Where none has, the result is a 5xx of a source, or an
 * absence if every source could be read.
 */
async function openAny(opening: Opening, signal: AbortSignal): Promise<Opened> {
  const { sources, key, request } = opening
  let broken: Opened | undefined
  let absent: Opened | undefined
  let failure: unknown
  for (const source of sources.inOrder()) {
    try {
      const opened = await source.open(key, { ...request, attempts: 'one' }, signal)
      if (opened.kind === 'absent') {
        if (absent !== undefined) await closeOpened(absent)
        absent = opened
      } else if (opened.kind === 'answered' && opened.answer.status >= 500) {
        if (broken !== undefined) await closeOpened(broken)
        broken = opened
        sources.failed(source)
      } else {
        for (const other of [broken, absent]) if (other !== undefined) await closeOpened(other)
        if (opened.kind !== 'representation') return opened
        return { kind: 'representation', representation: joint(opening, source, opened) }
      }
    } catch (error) {
      signal.throwIfAborted()
      failure = error
      sources.failed(source)
    }
  }
  // A source that failed may have the key.
  const result = broken ?? (failure === undefined ? absent : undefined)
  if (absent !== undefined && result !== absent) await closeOpened(absent)
  if (result === undefined) throw failure
  return result
}

/** A representation whose reads continue at another source where one fails. */
function joint(
  { sources, retryPolicy, key, request }: Opening,
  opener: ByteSource,
  { representation }: { readonly representation: Representation },
): Representation {
  const { facts } = representation
  const { onHeal } = request
  if (facts.etag === undefined) return representation
  let current = opener

  const reopenAt: ReopenAt = async (slice, signal) => {
    sources.failed(current)
    let failure: LastbyteError | undefined
    for (const source of sources.inOrder()) {
      try {
        const opened = await source.open(key, pinned(request, slice), signal)
        if (opened.kind === 'representation' && isSame(opened.representation.facts, facts)) {
          current = source
          return readAndClose(opened.representation, slice, signal)
        }
        await closeOpened(opened)
      } catch (error) {
        signal.throwIfAborted()
        failure = asLastbyteError(error, 'SOURCE_FAILED', `Cannot open ${key}`)
      }
    }
    throw failure ?? changed(key, facts)
  }

  return {
    facts,
    read(slice, signal) {
      const first = () => representation.read(slice, signal)[Symbol.asyncIterator]()
      return readFromSource({ reopenAt, retryPolicy, onHeal }, slice, signal, first)
    },
    close: () => representation.close(),
  }
}

/** The request for the rest, without the client's preconditions, which have been evaluated. */
function pinned({ query, fields = {}, asker }: OpenRequest, { start, end }: Slice): OpenRequest {
  const kept = Object.entries(fields).filter(([name]) => !name.startsWith('if-'))
  const range = `bytes=${start}-${end - 1}`
  return { method: 'GET', range, query, fields: Object.fromEntries(kept), asker, attempts: 'one' }
}

function isSame(one: Facts, other: Facts): boolean {
  return one.etag === other.etag && one.size === other.size
}

async function* readAndClose(
  representation: Representation,
  slice: Slice,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* representation.read(slice, signal)
  } finally {
    await representation.close()
  }
}

function changed(key: string, { etag }: Facts): LastbyteError {
  const message = `Cannot resume ${key}: no source has the version ${etag} any more`
  return new LastbyteError('REPRESENTATION_CHANGED', message, { key, wanted: etag })
}
