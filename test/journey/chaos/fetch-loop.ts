import { setTimeout as pause } from 'node:timers/promises'
import { parseContentRange } from '../../../src/http/content-range.js'
import { parseEntityTag } from '../../../src/http/entity-tag.js'
import { type Errand, MOST_TRIES, type Outcome } from './outcome.js'

/** ms in which something must arrive; longer than any fault that ends by itself. */
const PATIENCE = 1_500

/** What is held of one version. */
interface Held {
  readonly etag: string | undefined
  total: number | undefined
  readonly chunks: Uint8Array[]
  bytes: number
}

type Judgement = { readonly kind: 'append' | 'restart' } | { readonly kind: 'refuse'; why: string }

const nothing = (etag?: string): Held => ({ etag, total: undefined, chunks: [], bytes: 0 })

/** A careful loop: pins the strong ETag with If-Range, and judges an answer before it appends. */
export async function fetchLoop({ url }: Errand): Promise<Outcome> {
  const tries: string[] = []
  let held = nothing()
  for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
    const patience = new Patience()
    const from = held.bytes
    try {
      const response = await fetch(url, { headers: asking(held), signal: patience.signal })
      const judgement = judge(response, held)
      if (judgement.kind === 'restart') held = nothing(strong(response))
      const into = judgement.kind === 'refuse' ? undefined : held
      await take(response, into, patience)
      tries.push(`${from}: ${response.status} ${'why' in judgement ? judgement.why : 'whole'}`)
      if (into !== undefined) {
        const file = Buffer.concat(held.chunks)
        return { kind: 'done', file, pinned: held.etag, tries }
      }
    } catch (error) {
      tries.push(`${from}: ${explain(error)}, ${held.bytes} held`)
    } finally {
      patience.end()
    }
    // What can't be named can't be resumed.
    if (held.etag === undefined) held = nothing()
    await pause(1)
  }
  return { kind: 'failed', reason: tries.at(-1) ?? '', tries }
}

function asking({ bytes, etag }: Held): Record<string, string> {
  const plain = { 'accept-encoding': 'identity' }
  if (bytes === 0 || etag === undefined) return plain
  return { ...plain, range: `bytes=${bytes}-`, 'if-range': etag }
}

function judge(response: Response, held: Held): Judgement {
  const { status, headers } = response
  if (status === 200) return { kind: 'restart' }
  if (status !== 206) return { kind: 'refuse', why: 'no bytes' }
  const range = parseContentRange(headers.get('content-range') ?? undefined)
  if (range?.kind !== 'slice') return { kind: 'refuse', why: 'no Content-Range' }
  if (strong(response) !== held.etag) return { kind: 'refuse', why: 'another ETag' }
  const { slice, total } = range
  const length = headers.get('content-length')
  const isExact =
    slice.start === held.bytes &&
    slice.end === total &&
    total === (held.total ?? total) &&
    Number(length ?? slice.end - slice.start) === slice.end - slice.start
  return isExact ? { kind: 'append' } : { kind: 'refuse', why: 'another range' }
}

/**
 * Takes the body in and counts it against what is announced. What is refused is read to its end
 * too, so that the journal doesn't depend on when the client hung up.
 */
async function take(response: Response, into: Held | undefined, patience: Patience): Promise<void> {
  const length = response.headers.get('content-length')
  const range = parseContentRange(response.headers.get('content-range') ?? undefined)
  if (into !== undefined) {
    const told = range?.kind === 'slice' ? range.total : undefined
    into.total ??= told ?? (length === null ? undefined : Number(length))
  }
  // Node's streams can be iterated, which the types of the DOM don't know.
  const body = response.body as unknown as AsyncIterable<Uint8Array> | null
  let arrived = 0
  for await (const chunk of body ?? []) {
    patience.renew()
    arrived += chunk.length
    into?.chunks.push(chunk)
    if (into !== undefined) into.bytes += chunk.length
  }
  if (length !== null && arrived !== Number(length)) throw new Error(`${arrived} of ${length}`)
  if (into?.total !== undefined && into.bytes !== into.total) throw new Error('another total')
}

function strong(response: Response): string | undefined {
  const field = response.headers.get('etag') ?? undefined
  return parseEntityTag(field)?.weak === false ? field : undefined
}

function explain(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}

/** A signal that aborts when nothing has come for too long. */
class Patience {
  readonly #controller = new AbortController()
  readonly signal = this.#controller.signal
  readonly #timer = setTimeout(() => this.#controller.abort(new Error('stalled')), PATIENCE)

  renew(): void {
    this.#timer.refresh()
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}
