import { asLastbyteError, LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import {
  type HealingOptions,
  longestWait,
  type RetryPolicy,
  settleRetryPolicy,
} from '../resume/retry-policy.js'
import {
  type ByteSource,
  closeOpened,
  type Facts,
  type Opened,
  type OpenRequest,
  type Representation,
} from './byte-source.js'
import { SourceOrder } from './source-order.js'
import { type ReopenAt, readFromSource } from './source-read.js'
import { openWithRetries } from './source-retry.js'

export interface FailoverOptions extends HealingOptions {
  /** ms for which a source that has failed is asked last. Default 10,000. */
  readonly restFor?: number
}

/** Who is asked for what. */
interface Errand {
  readonly ranks: SourceOrder
  readonly retryPolicy: RetryPolicy
  readonly key: string
  readonly request: OpenRequest
}

/**
 * Several sources of the same bytes as one: the first that can be asked gives them, and where it fails
 * in the middle, the next goes on, if it holds the same version: an equal strong entity tag and size.
 *
 * @throws LastbyteError BAD_SETTING
 */
export function failover(
  sources: readonly ByteSource[],
  { restFor = 10_000, ...options }: FailoverOptions = {},
): ByteSource {
  if (sources.length === 0) {
    throw new LastbyteError('BAD_SETTING', 'sources: wants one at least', { setting: 'sources' })
  }
  const ranks = new SourceOrder(sources, restFor)
  const retryPolicy = settleRetryPolicy(options)
  return {
    patience: longestWait(retryPolicy),

    open(key, request, signal) {
      const asError = (thrown: unknown) =>
        asLastbyteError(thrown, 'SOURCE_FAILED', `Cannot open ${key}`)
      const open = () => openAny({ ranks, retryPolicy, key, request }, signal)
      return openWithRetries({ retryPolicy, request, asError, final: 'none' }, open, signal)
    },

    async list(key, signal) {
      for (const source of ranks.order()) {
        const entries = await source.list?.(key, signal).catch(() => undefined)
        signal.throwIfAborted()
        if (entries !== undefined) return entries
      }
      return []
    },

    async close() {
      await Promise.all(sources.map((source) => source.close?.()))
    },
  }
}

/** Asks one after the other: the first that has it, or else what they have to say together. */
async function openAny(errand: Errand, signal: AbortSignal): Promise<Opened> {
  const { ranks, key, request } = errand
  let broken: Opened | undefined
  let absent: Opened | undefined
  let failure: unknown
  for (const source of ranks.order()) {
    try {
      const opened = await source.open(key, { ...request, attempts: 'one' }, signal)
      if (opened.kind === 'absent') {
        if (absent !== undefined) await closeOpened(absent)
        absent = opened
      } else if (opened.kind === 'answered' && opened.answer.status >= 500) {
        if (broken !== undefined) await closeOpened(broken)
        broken = opened
        ranks.failed(source)
      } else {
        for (const other of [broken, absent]) if (other !== undefined) await closeOpened(other)
        if (opened.kind !== 'representation') return opened
        return { kind: 'representation', representation: joint(errand, source, opened) }
      }
    } catch (error) {
      signal.throwIfAborted()
      failure = error
      ranks.failed(source)
    }
  }
  // That nobody has it is only certain where everybody could be asked.
  const said = broken ?? (failure === undefined ? absent : undefined)
  if (absent !== undefined && said !== absent) await closeOpened(absent)
  if (said === undefined) throw failure
  return said
}

/** A representation whose reads go from source to source. */
function joint(
  { ranks, retryPolicy, key, request }: Errand,
  opener: ByteSource,
  { representation }: { readonly representation: Representation },
): Representation {
  const { facts } = representation
  const { onHeal } = request
  if (facts.etag === undefined) return representation
  let current = opener

  const reopenAt: ReopenAt = async (slice, signal) => {
    ranks.failed(current)
    let failure: LastbyteError | undefined
    for (const source of ranks.order()) {
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

/** The request for the rest; what the first asked of versions has been judged. */
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
  const message = `Cannot go on with ${key}: no source holds ${etag} any more`
  return new LastbyteError('REPRESENTATION_CHANGED', message, { key, wanted: etag })
}
