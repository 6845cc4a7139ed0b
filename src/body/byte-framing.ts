import { EVENT_STREAM_TYPE, formatEvent } from '../http/event-stream.js'
import { type DataFrame, formatFrameEvent, formatLine, NDJSON_TYPE } from '../http/frame.js'
import type { FrameForm } from '../http/frame-form.js'
import { describeFailure } from '../http/stream-error.js'
import { formatStreamId, terminalId } from '../http/stream-id.js'
import type { Framing } from './framing.js'
import { splitAtCharacterBoundary } from './utf8-boundary.js'

export interface ByteFramingOptions {
  readonly form: FrameForm
  readonly encoding: 'base64' | 'utf-8'
  /** Of these frames; undefined where no version can be told from the next. */
  readonly etag: string | undefined
  /** Where the selection begins. */
  readonly start: number
  /** The first byte that is still to be given. */
  readonly next: number
  /** ms after which a client that was cut off asks again; undefined for the client's own choice. */
  readonly retry: number | undefined
  readonly errorEvent: string
  /** ms since the epoch. */
  readonly now: () => number
}

/** Bytes in a frame: a multiple of 3, so that the base64 of frames can be joined as it stands. */
const MOST = 48 * 1024

/** The bytes of a representation in frames. Each id names the version and the byte that follows. */
export class ByteFraming implements Framing<Uint8Array> {
  readonly contentType: string
  readonly opening: string
  readonly heartbeat: string
  /** Of the selection, as the last frame tells it. */
  digest: string | undefined
  #next: number
  /** The beginning of a character that the next bytes may complete. */
  #torn: Uint8Array = new Uint8Array()

  constructor(private readonly options: ByteFramingOptions) {
    const { form, next, retry } = options
    const isEvents = form === 'events'
    this.contentType = isEvents ? `${EVENT_STREAM_TYPE}; charset=utf-8` : NDJSON_TYPE
    this.opening = isEvents && retry !== undefined ? formatEvent({ retry }) : ''
    this.heartbeat = isEvents ? ':\n\n' : formatLine({ type: 'heartbeat' })
    this.#next = next
  }

  frame(bytes: Uint8Array): string {
    if (this.options.encoding === 'base64') return this.#inParts(bytes, base64)
    const { whole, torn } = splitAtCharacterBoundary(join(this.#torn, bytes))
    this.#torn = torn
    return this.#inParts(whole, textOf)
  }

  /** The digest and the size are of all that was selected, whatever this answer gave of it. */
  end(): string {
    const rest = this.#rest()
    const size = this.#next - this.options.start
    const { digest } = this
    const frame = { type: 'end', size, ...(digest !== undefined && { digest }) } as const
    if (this.options.form === 'lines') return rest + formatLine(frame)
    return rest + formatFrameEvent(frame, { id: terminalId(this.#id ?? '', 'end') })
  }

  /** One that may be retried has no id, so that the client goes on after the last frame. */
  failure(thrown: unknown): string {
    const { form, errorEvent: event, etag, now } = this.options
    const described = describeFailure(thrown, etag !== undefined)
    const timestamp = new Date(now()).toISOString()
    const error = { ...described, timestamp, offset: this.#next }
    if (form === 'lines') return formatLine({ type: 'error', error })
    const id = described.retryable ? undefined : terminalId(this.#id ?? '', 'failed')
    return formatFrameEvent({ type: 'error', error }, { id, event })
  }

  get #id(): string | undefined {
    const { etag } = this.options
    return etag === undefined ? undefined : formatStreamId(etag, this.#next)
  }

  /** A character that is never completed is no text. */
  #rest(): string {
    const torn = this.#torn
    this.#torn = new Uint8Array()
    return this.#inParts(torn, base64)
  }

  #inParts(bytes: Uint8Array, encode: Encode): string {
    let text = ''
    for (let at = 0; at < bytes.length; ) {
      const { length, ...data } = encode(bytes.subarray(at, at + MOST))
      const frame: DataFrame = { type: 'data', offset: this.#next, ...data }
      at += length
      this.#next += length
      const id = this.#id
      text += this.options.form === 'lines' ? formatLine(frame) : formatFrameEvent(frame, { id })
    }
    return text
  }
}

/** Encodes the first bytes of a part, and says how many they are. */
type Encode = (part: Uint8Array) => { length: number; chunk: string; encoding?: 'utf-8' }

const base64: Encode = (part) => {
  const { buffer, byteOffset, length } = part
  return { length, chunk: Buffer.from(buffer, byteOffset, length).toString('base64') }
}

/** What is no text goes in base64, so that no byte of it is lost. */
const textOf: Encode = (part) => {
  const { whole } = splitAtCharacterBoundary(part)
  if (whole.length === 0) return base64(part)
  try {
    return { length: whole.length, chunk: UTF_8.decode(whole), encoding: 'utf-8' }
  } catch {
    return base64(part)
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.length === 0 ? b : Buffer.concat([a, b])
}
