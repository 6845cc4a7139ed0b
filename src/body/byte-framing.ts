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
  /** The entity tag of the frames; undefined if the representation has no strong validator. */
  readonly etag: string | undefined
  /** The first byte of the selected slice. */
  readonly start: number
  /** The first byte to send: `start`, or later in a resumed stream. */
  readonly next: number
  /** ms that a disconnected client waits before it reconnects; undefined for the client's default. */
  readonly retry: number | undefined
  /** The name of the event that describes a failure. */
  readonly errorEvent: string
  /** ms since the epoch. */
  readonly now: () => number
}

/** Bytes of a frame at most: a multiple of 3, so that the base64 of consecutive frames can be concatenated. */
const MAX_FRAME = 48 * 1024

/** Frames of a representation's bytes. Each id names the version and the offset of the next byte. */
export class ByteFraming implements Framing<Uint8Array> {
  readonly contentType: string
  readonly opening: string
  readonly heartbeat: string
  /** The digest of the selected slice for the terminal frame, in the form of RFC 9530. */
  digest: string | undefined
  /** The first byte that has not been framed, and the first that has not been passed on to the response. */
  #next: number
  #unsent: number
  /** The first bytes of a character whose other bytes have not arrived. */
  #incomplete: Uint8Array = new Uint8Array()

  constructor(private readonly options: ByteFramingOptions) {
    const { form, next, retry } = options
    const isEvents = form === 'events'
    this.contentType = isEvents ? `${EVENT_STREAM_TYPE}; charset=utf-8` : NDJSON_TYPE
    this.opening = isEvents && retry !== undefined ? formatEvent({ retry }) : ''
    this.heartbeat = isEvents ? ':\n\n' : formatLine({ type: 'heartbeat' })
    this.#next = next
    this.#unsent = next
  }

  frame(bytes: Uint8Array): string {
    if (this.options.encoding === 'base64') return this.#frames(bytes, encodeBase64)
    const { complete, incomplete } = splitAtCharacterBoundary(join(this.#incomplete, bytes))
    this.#incomplete = incomplete
    return this.#frames(complete, encodeText)
  }

  flushed(): void {
    this.#unsent = this.#next
  }

  /** Size and digest describe the whole slice, even if a resumed stream sent only a part of it. */
  end(): string {
    const rest = this.#flushIncomplete()
    const size = this.#next - this.options.start
    const { digest } = this
    const frame = { type: 'end', size, ...(digest !== undefined && { digest }) } as const
    if (this.options.form === 'lines') return rest + formatLine(frame)
    return rest + formatFrameEvent(frame, { id: terminalId(this.#idOf(this.#next) ?? '', 'end') })
  }

  /** A retryable failure has no id, so that the client resumes after the last data frame. */
  failure(thrown: unknown): string {
    const { form, errorEvent: event, etag, now } = this.options
    const described = describeFailure(thrown, etag !== undefined)
    const timestamp = new Date(now()).toISOString()
    const error = { ...described, timestamp, offset: this.#unsent }
    if (form === 'lines') return formatLine({ type: 'error', error })
    const sentId = this.#idOf(this.#unsent)
    const id = described.retryable ? undefined : terminalId(sentId ?? '', 'failed')
    return formatFrameEvent({ type: 'error', error }, { id, event })
  }

  #idOf(offset: number): string | undefined {
    const { etag } = this.options
    return etag === undefined ? undefined : formatStreamId(etag, offset)
  }

  /** A character that stays incomplete is not text. */
  #flushIncomplete(): string {
    const incomplete = this.#incomplete
    this.#incomplete = new Uint8Array()
    return this.#frames(incomplete, encodeBase64)
  }

  #frames(bytes: Uint8Array, encode: Encode): string {
    let text = ''
    for (let at = 0; at < bytes.length; ) {
      const { length, ...data } = encode(bytes.subarray(at, at + MAX_FRAME))
      const frame: DataFrame = { type: 'data', offset: this.#next, ...data }
      at += length
      this.#next += length
      const id = this.#idOf(this.#next)
      text += this.options.form === 'lines' ? formatLine(frame) : formatFrameEvent(frame, { id })
    }
    return text
  }
}

/** Encodes the start of a part; `length` is the number of bytes that were encoded. */
type Encode = (part: Uint8Array) => { length: number; chunk: string; encoding?: 'utf-8' }

const encodeBase64: Encode = (part) => {
  const { buffer, byteOffset, length } = part
  return { length, chunk: Buffer.from(buffer, byteOffset, length).toString('base64') }
}

/** Bytes that are not valid UTF-8 are sent in base64, so that none is lost. */
const encodeText: Encode = (part) => {
  const { complete } = splitAtCharacterBoundary(part)
  if (complete.length === 0) return encodeBase64(part)
  try {
    return { length: complete.length, chunk: UTF_8.decode(complete), encoding: 'utf-8' }
  } catch {
    return encodeBase64(part)
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.length === 0 ? b : Buffer.concat([a, b])
}
