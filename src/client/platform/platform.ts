import type { InsecureRedirects } from './follow-redirects.js'
import type { CreateHash } from './hash.js'
import type { Transport } from './transport.js'

/** What Node and browsers implement differently. */
export interface Platform {
  readonly openTransport: (insecure: InsecureRedirects) => OpenTransport
  readonly createHash: CreateHash
}

/** A transport with the connections that it keeps alive. */
export interface OpenTransport {
  readonly send: Transport
  /** Closes the connections. */
  close(): void
}
