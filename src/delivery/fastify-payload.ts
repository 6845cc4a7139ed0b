import { Stream } from 'node:stream'
import type { Response } from './response-writer.js'

/**
 * The payload that is passed to `reply.send`. Fastify runs the onSend hooks, sets the header fields of the
 * response, and calls `pipe` with it, which starts the delivery without the buffering of a Readable.
 */
export class FastifyPayload extends Stream {
  /** @param path of the file, for onSend hooks, which find it on a stream of `fs.createReadStream` too */
  constructor(
    private readonly start: (response: Response) => void,
    readonly path?: string | undefined,
  ) {
    super()
  }

  override pipe<T>(destination: T): T {
    this.start(destination as Response)
    return destination
  }

  /** Emits the events by which Fastify detects the end of a stream. */
  settle(): void {
    this.emit('end')
    this.emit('close')
  }

  /** Called by Fastify when the response has ended, which the delivery detects itself. */
  destroy(): void {}
}
