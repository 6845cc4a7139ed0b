import { releaseIterator } from '../async/release-iterator.js'
import type { Transport } from '../client/platform/transport.js'
import type { ClientClock, ReadPolicy } from '../client/read-policy.js'
import type { Slice } from '../http/byte-range.js'
import { RETRY_RULES } from '../resume/retry-budget.js'
import { type MediaPin, validatorOfPin } from './pinned-url.js'
import { readPieces } from './read-pieces.js'
import { ReadReport } from './read-report.js'
import type { ReadEvent } from './worker-message.js'

/** The bytes of a file to read. */
export interface MediaRead {
  /** The URL without a fragment. */
  readonly url: string
  readonly pin: MediaPin
  readonly slice: Slice
}

/** What a read needs from its platform. */
export interface MediaReadPort {
  readonly send: Transport
  readonly clock: ClientClock
  /** A random number of [0, 1). */
  readonly chance: () => number
  readonly post: (event: ReadEvent) => void
  /** Called where a read ends before its bytes do, but not because it was cancelled. */
  readonly onFailure: (error: unknown) => void
}

/** A read whose first bytes have been judged, or are awaited still; or that has failed before. */
export type OpenedBody =
  | { readonly kind: 'open'; readonly body: ReadableStream<Uint8Array> }
  | { readonly kind: 'failed'; readonly error: unknown }

/** ms of the longest wait between two attempts: a viewer looks at a film that stands still. */
const LONGEST_WAIT = 4_000
const STALL = 15_000
/**
 * ms for the first bytes. A response whose version has changed is then an HTTP error, after which no browser tries
 * again; one that takes longer begins without them, so that the browser does not take the worker for hung.
 */
const HEAD_WAIT = 5_000

/**
 * Begins to read bytes of one version, which a browser pulls: a player that pauses receives none. Cancelling the
 * body, or aborting `cancelled`, ends the request.
 */
export async function openBody(
  { url, pin, slice }: MediaRead,
  { send, clock, chance, post, onFailure }: MediaReadPort,
  cancelled: AbortSignal,
): Promise<OpenedBody> {
  let tag: string | undefined
  const transport: Transport = async (request) => {
    const answer = await send(request)
    tag = answer.field('etag')
    return answer
  }
  const version = { validator: validatorOfPin(pin), size: pin.size, ranges: pin.ranges }
  const report = new ReadReport(post, slice, versionName(pin))
  const policy: ReadPolicy = {
    transport,
    url,
    fields: {},
    pin: 'if-match',
    stall: pin.stall ?? STALL,
    retry: {
      ...RETRY_RULES,
      most: LONGEST_WAIT,
      retryFor: pin.retryFor ?? RETRY_RULES.retryFor,
    },
    allowWeak: false,
    limitRate: Number.POSITIVE_INFINITY,
    clock,
    chance,
    onEvent: (event) => report.retried(event),
  }
  const stop = new AbortController()
  const signal = AbortSignal.any([cancelled, stop.signal])
  const chunks = readPieces(version, slice, policy, signal)
  const fail = (error: unknown) => {
    if (signal.aborted) return report.closed()
    onFailure(error)
    report.failed(error, tag)
  }
  post({ kind: 'opened', ...slice, size: pin.size })

  let first: Promise<IteratorResult<Uint8Array, void>> | undefined = chunks.next()
  const head = new AbortController()
  try {
    await Promise.race([first, clock.wait(HEAD_WAIT, head.signal)])
  } catch (error) {
    fail(error)
    return { kind: 'failed', error }
  } finally {
    head.abort()
  }
  // It may fail before the browser asks for it.
  first.catch(() => {})

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await (first ?? chunks.next())
          first = undefined
          if (!done) {
            report.received(value.length)
            return controller.enqueue(value)
          }
          report.closed()
          controller.close()
        } catch (error) {
          fail(error)
          controller.error(error)
        }
      },
      cancel(reason) {
        report.closed()
        stop.abort(reason)
        releaseIterator(chunks)
      },
    },
    { highWaterMark: 0 },
  )
  return { kind: 'open', body }
}

function versionName({ etag, lastModified = '' }: MediaPin): string {
  return etag ?? lastModified
}
