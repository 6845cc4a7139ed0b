import { LastbyteError } from '../errors.js'
import { RETRY_RULES } from '../retry/retry-budget.js'
import { fetchTransport } from './fetch-transport.js'
import { firstAnswer } from './first-answer.js'
import { CLOCK, type ClientEvent, type ReadRules } from './read-rules.js'
import { resumingRead } from './resuming-read.js'
import { letGo, type Transport } from './transport.js'

export interface StreamOptions {
  /** Request fields, such as `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the stream, with its reason. */
  readonly signal?: AbortSignal
  /** ms to try on without progress. Default 600,000. */
  readonly retryFor?: number
  /** ms in which the server must give something. Default 15,000. */
  readonly stall?: number
  /** Whether to go on by a weak validator, which may splice two versions. Default false. */
  readonly allowWeak?: boolean
  /** What sends the requests. Default: the platform's fetch. */
  readonly transport?: Transport
  /** Called with each retry. */
  readonly onEvent?: (event: ClientEvent) => void
}

export interface ResumableStream {
  /**
   * The bytes, in order, each once. Errs with REPRESENTATION_CHANGED where another version has taken
   * the place of the one that was begun, with GAVE_UP where there was no progress for too long.
   */
  readonly body: ReadableStream<Uint8Array>
  /** Bytes, if the server knows. */
  readonly size: number | undefined
  /** The entity tag, with its quotes. */
  readonly etag: string | undefined
  readonly contentType: string | undefined
}

/**
 * A stream of a URL's bytes that survives what breaks inside: it goes on from the last byte, of the
 * same version alone. Resolves with the first answer's head.
 *
 * @throws LastbyteError REFUSED, GAVE_UP; the signal's reason
 */
export async function resumableStream(
  url: string | URL,
  options: StreamOptions = {},
): Promise<ResumableStream> {
  const rules = rulesOf(String(url), options)
  const ending = new AbortController()
  const stop = () => ending.abort(options.signal?.reason)
  options.signal?.addEventListener('abort', stop, { once: true })
  if (options.signal?.aborted) stop()

  const { answer, version } = await firstAnswer(rules, ending.signal)
  const chunks = resumingRead(version, { start: 0, end: undefined }, rules, ending.signal, answer)
  const over = () => options.signal?.removeEventListener('abort', stop)
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next()
          if (!done) return controller.enqueue(value)
          over()
          controller.close()
        } catch (error) {
          over()
          controller.error(error)
        }
      },
      cancel() {
        over()
        ending.abort(new LastbyteError('CANCELLED', 'Cannot read on: the stream was cancelled'))
        letGo(answer.body)
        letGo(chunks)
      },
    },
    { highWaterMark: 0 },
  )
  const { field } = answer
  return { body, size: version.size, etag: field('etag'), contentType: field('content-type') }
}

export function rulesOf(url: string, options: StreamOptions): ReadRules {
  const {
    headers = {},
    retryFor = RETRY_RULES.retryFor,
    stall = 15_000,
    allowWeak = false,
  } = options
  const fields = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  return {
    transport: options.transport ?? fetchTransport(),
    url,
    fields: Object.fromEntries(fields),
    pin: 'if-match',
    stall,
    retry: { ...RETRY_RULES, retryFor },
    allowWeak,
    clock: CLOCK,
    chance: Math.random,
    onEvent: options.onEvent ?? (() => {}),
  }
}
