import { Stream } from 'node:stream'
import type { Response } from './response-writer.js'

/**
 * What Fastify is handed as the payload: it runs the onSend hooks, puts the headers on the response,
 * and then asks the payload to pipe itself there. Instead of a Readable's buffering, `pipe` starts
 * our own delivery.
 */
export class FastifyPayload extends Stream {
  constructor(private readonly start: (response: Response) => void) {
    super()
  }

  override pipe<T>(destination: T): T {
    this.start(destination as Response)
    return destination
  }

  /** Tells Fastify that it need not look after this payload any more. */
  settle(): void {
    this.emit('end')
    this.emit('close')
  }

  /** Fastify calls this when the response is over; the delivery has noticed by itself. */
  destroy(): void {}
}
