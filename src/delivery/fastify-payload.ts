import { Stream } from 'node:stream'
import { LastbyteError } from '../errors.js'
import type { Response } from './response-writer.js'

/** Events by which a listener makes a stream flow. */
const READING: ReadonlySet<string | symbol> = new Set(['data', 'readable'])

/**
 * The payload that is passed to `reply.send`. Fastify runs the onSend hooks, sets the header fields of the
 * response, and calls `pipe` with it, which starts the delivery without the buffering of a Readable. A hook
 * may pass it on or replace it; one that reads it would send other bytes under the same ETag, or none.
 */
export class FastifyPayload extends Stream {
  /**
   * @param destination the response that the payload may be piped to
   * @param start begins the delivery
   * @param path of the file, for onSend hooks, which find it on a stream of `fs.createReadStream` too
   */
  constructor(
    private readonly destination: Response,
    private readonly start: () => void,
    readonly path?: string | undefined,
  ) {
    super()
  }

  /** @throws LastbyteError BODY_INTERCEPTED for any destination but the response */
  override pipe<T>(destination: T): T {
    if ((destination as unknown) !== this.destination) throw intercepted('pipes it elsewhere')
    this.start()
    return destination
  }

  /** @throws LastbyteError BODY_INTERCEPTED for a listener that reads */
  override on(event: string | symbol, listener: (...values: unknown[]) => void): this {
    if (READING.has(event)) throw intercepted('reads it')
    return super.on(event, listener)
  }

  override addListener(event: string | symbol, listener: (...values: unknown[]) => void): this {
    return this.on(event, listener)
  }

  override once(event: string | symbol, listener: (...values: unknown[]) => void): this {
    if (READING.has(event)) throw intercepted('reads it')
    return super.once(event, listener)
  }

  /** For `for await`, `Readable.from` and `Readable.toWeb`. @throws LastbyteError BODY_INTERCEPTED */
  [Symbol.asyncIterator](): never {
    throw intercepted('reads it')
  }

  /** @throws LastbyteError BODY_INTERCEPTED */
  read(): never {
    throw intercepted('reads it')
  }

  /** @throws LastbyteError BODY_INTERCEPTED */
  resume(): never {
    throw intercepted('reads it')
  }

  /** Emits the events by which Fastify detects the end of a stream. */
  settle(): void {
    this.emit('end')
    this.emit('close')
  }

  /** Called by Fastify when the response has ended, which the delivery detects itself. */
  destroy(): void {}
}

function intercepted(how: string): LastbyteError {
  const message = `Cannot send body: an onSend hook ${how}; pass the payload on, or exclude this route from the hook (@fastify/compress: \`compress: false\`)`
  return new LastbyteError('BODY_INTERCEPTED', message)
}
