import type { TextReader, TextSource } from '../body/text-source.js'
import type { LastbyteError } from '../errors.js'
import type { ChunkOutcome, ChunkWriter } from './chunk-writer.js'
import type { Transfer, WaitingFor } from './transfer.js'

/** Where the text of a source is sent, and who counts it. */
export interface TextSending {
  readonly writer: ChunkWriter
  readonly transfer: Transfer
  /** Which side the stall timer blames while the source sends nothing. */
  readonly waiting: WaitingFor
  /** Called with the bytes of each chunk that the kernel has accepted. */
  readonly count: (bytes: number) => void
}

/** Sends the text of a source until it ends, for `transfer.during`. */
export function sendText(source: TextSource, sending: TextSending) {
  return (resolve: (nothing: undefined) => void, reject: (reason: unknown) => void): void => {
    new TextDelivery(source, sending, resolve, reject).begin()
  }
}

/**
 * Requests text after the kernel has accepted the text before it, so that a client that reads nothing costs one chunk.
 * An event costs no promise: only the end of the source settles one.
 */
class TextDelivery implements TextReader, ChunkOutcome {
  readonly #writer: ChunkWriter
  readonly #transfer: Transfer
  readonly #waiting: WaitingFor
  readonly #count: (bytes: number) => void
  /** Bytes of the chunk that was written and not counted. */
  #bytes = 0

  constructor(
    private readonly source: TextSource,
    { writer, transfer, waiting, count }: TextSending,
    private readonly resolve: (nothing: undefined) => void,
    private readonly reject: (reason: unknown) => void,
  ) {
    this.#writer = writer
    this.#transfer = transfer
    this.#waiting = waiting
    this.#count = count
  }

  begin(): void {
    this.#transfer.waitFor(this.#waiting)
    this.source.pull(this)
  }

  text(text: string): void {
    // After an abort the response is ended by another frame, or cut.
    if (this.#transfer.abortReason !== undefined) return
    this.#bytes = Buffer.byteLength(text)
    if (this.#writer.write(text, this.#bytes, this) === 'queued') {
      this.#transfer.waitFor('client')
      return
    }
    this.#count(this.#bytes)
    this.#transfer.beats += 1
    this.source.pull(this)
  }

  accepted(): void {
    this.#count(this.#bytes)
    this.begin()
  }

  failed(error: LastbyteError): void {
    this.reject(error)
  }

  end(): void {
    this.resolve(undefined)
  }

  fail(error: unknown): void {
    this.reject(error)
  }
}
