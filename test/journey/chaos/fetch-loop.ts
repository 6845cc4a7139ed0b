import { setTimeout as pause } from 'node:timers/promises'
import { parseContentRange } from '../../../src/http/content-range.js'
import { parseEntityTag } from '../../../src/http/entity-tag.js'
import { type DownloadTask, MAX_TRIES, type Outcome } from './outcome.js'

/** ms without bytes before a request is aborted; longer than every finite stall of a scenario. */
const STALL_TIMEOUT = 1_500

/** The received bytes of one version. */
interface Received {
  readonly etag: string | undefined
  total: number | undefined
  readonly chunks: Uint8Array[]
  bytes: number
}

type Judgement = { readonly kind: 'append' | 'restart' } | { readonly kind: 'refuse'; why: string }

const nothingReceived = (etag?: string): Received => ({
  etag,
  total: undefined,
  chunks: [],
  bytes: 0,
})

/** A careful loop around fetch: pins the strong ETag with If-Range and checks a response before it appends. */
export async function fetchLoop({ url }: DownloadTask): Promise<Outcome> {
  const tries: string[] = []
  let received = nothingReceived()
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const stall = new StallTimer()
    const from = received.bytes
    try {
      const response = await fetch(url, { headers: headersFor(received), signal: stall.signal })
      const judgement = judge(response, received)
      if (judgement.kind === 'restart') received = nothingReceived(strongTagOf(response))
      const into = judgement.kind === 'refuse' ? undefined : received
      await readBody(response, into, stall)
      tries.push(`${from}: ${response.status} ${'why' in judgement ? judgement.why : 'whole'}`)
      if (into !== undefined) {
        const file = Buffer.concat(received.chunks)
        return { kind: 'done', file, pinned: received.etag, tries }
      }
    } catch (error) {
      tries.push(`${from}: ${describeError(error)}, ${received.bytes} received`)
    } finally {
      stall.stop()
    }
    // Without a strong entity tag, the received bytes can't be resumed.
    if (received.etag === undefined) received = nothingReceived()
    await pause(1)
  }
  return { kind: 'failed', reason: tries.at(-1) ?? '', tries }
}

function headersFor({ bytes, etag }: Received): Record<string, string> {
  const plain = { 'accept-encoding': 'identity' }
  if (bytes === 0 || etag === undefined) return plain
  return { ...plain, range: `bytes=${bytes}-`, 'if-range': etag }
}

function judge(response: Response, received: Received): Judgement {
  const { status, headers } = response
  if (status === 200) return { kind: 'restart' }
  if (status !== 206) return { kind: 'refuse', why: 'no bytes' }
  const range = parseContentRange(headers.get('content-range') ?? undefined)
  if (range?.kind !== 'slice') return { kind: 'refuse', why: 'no Content-Range' }
  if (strongTagOf(response) !== received.etag) return { kind: 'refuse', why: 'another ETag' }
  const { slice, total } = range
  const length = headers.get('content-length')
  const isExact =
    slice.start === received.bytes &&
    slice.end === total &&
    total === (received.total ?? total) &&
    Number(length ?? slice.end - slice.start) === slice.end - slice.start
  return isExact ? { kind: 'append' } : { kind: 'refuse', why: 'another range' }
}

/**
 * Reads the body and compares its length with the announced one. A refused body is read to its end as
 * well, so that the journal doesn't depend on when the client disconnects.
 */
async function readBody(
  response: Response,
  into: Received | undefined,
  stall: StallTimer,
): Promise<void> {
  const length = response.headers.get('content-length')
  const range = parseContentRange(response.headers.get('content-range') ?? undefined)
  if (into !== undefined) {
    const announced = range?.kind === 'slice' ? range.total : undefined
    into.total ??= announced ?? (length === null ? undefined : Number(length))
  }
  // ReadableStream is async iterable in Node, but not in the DOM's types.
  const body = response.body as unknown as AsyncIterable<Uint8Array> | null
  let arrived = 0
  for await (const chunk of body ?? []) {
    stall.restart()
    arrived += chunk.length
    into?.chunks.push(chunk)
    if (into !== undefined) into.bytes += chunk.length
  }
  if (length !== null && arrived !== Number(length)) throw new Error(`${arrived} of ${length}`)
  if (into?.total !== undefined && into.bytes !== into.total) throw new Error('another total')
}

function strongTagOf(response: Response): string | undefined {
  const field = response.headers.get('etag') ?? undefined
  return parseEntityTag(field)?.weak === false ? field : undefined
}

function describeError(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}

/** A signal that aborts when no bytes arrive for STALL_TIMEOUT ms. */
class StallTimer {
  readonly #controller = new AbortController()
  readonly signal = this.#controller.signal
  readonly #timer = setTimeout(() => this.#controller.abort(new Error('stalled')), STALL_TIMEOUT)

  restart(): void {
    this.#timer.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
