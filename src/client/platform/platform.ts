import type { Hashing } from './hash.js'
import type { Transport } from './transport.js'

/** What Node and browsers do differently. */
export interface Platform {
  readonly open: () => OpenTransport
  readonly hashing: Hashing
}

/** A transport, and the connections that it keeps. */
export interface OpenTransport {
  readonly send: Transport
  /** Closes its connections. */
  close(): void
}
