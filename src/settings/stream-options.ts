import type { FastifyRequest } from 'fastify'

/** Whether a request may still read: `false`, or an error, ends its stream. */
export type Reauthorize = (request: FastifyRequest) => unknown

/** How a stream is kept. All times in ms. */
export interface StreamOptions {
  /** Between two signs of life while there is nothing to send; 0 for none. Default 15,000. */
  heartbeat?: number
  /** How long the headers wait for the first event; an earlier failure is a status. Default 1,000. */
  openAfter?: number
  /** Asked time and again while the stream is open. Default: nobody is. */
  reauthorize?: Reauthorize
  /** Between two questions to `reauthorize`, and the time that it has to answer. Default 60,000. */
  reauthorizeInterval?: number
  /** Gives the stream up when it aborts: its last frame says `cancelled`. */
  signal?: AbortSignal
}

/** How a stream of events is kept. */
export interface EventStreamOptions extends StreamOptions {
  /** After how many ms a client that was cut off asks again. Default: as the client likes. */
  retry?: number
  /** Up to which part of `retry` is added by chance, so that many clients don't come at once. Default 0.5. */
  jitter?: number
  /** The name of the event that tells a failure. Default `error`, which EventSource also calls its own. */
  errorEvent?: string
}

/** What holds for every stream of a registration, files in frames too. */
export interface StreamDefaults extends Omit<EventStreamOptions, 'signal'> {
  /** ms without growth after which a file that is followed counts as whole. Default 60,000. */
  followIdle?: number
}
