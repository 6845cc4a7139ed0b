import { Stream } from 'node:stream'
import type { Response } from './response-writer.js'

/**
 * The payload that is passed to `reply.send`. Fastify runs the onSend hooks, puts the header fields on
 * the response, and calls `pipe` with it: that starts our own delivery in place of a Readable's
 * buffering.
 */
export class FastifyPayload extends Stream {
  constructor(private readonly start: (response: Response) => void) {
    super()
  }

  override pipe<T>(destination: T): T {
    this.start(destination as Response)
    return destination
  }

  /** Ends the payload for Fastify, which listens for its end. */
  settle(): void {
    this.emit('end')
    this.emit('close')
  }

  /** Fastify calls this when the response is over; the delivery notices that by itself. */
  destroy(): void {}
}
