import type { Exchange, Midway, SentRequest } from './exchange.js'

/** A request that is ready to be sent. */
export interface WireRequest extends SentRequest {
  /** Bytes of the body to read at most. */
  readonly read: number
  /** The same where the body is announced as longer. */
  readonly readIfLonger?: number | undefined
  readonly connection: 'kept' | 'new'
  readonly onLeave: (() => void) | undefined
  readonly midway?: Midway | undefined
}

/** How connections are made. */
export interface SenderOptions {
  /** ms without a byte after which a server counts as stalled. */
  readonly timeout: number
  /** Whether a certificate that can't be verified is accepted. */
  readonly insecure: boolean
  /** Called with the bytes of each connection. */
  readonly onBytes: (bytes: number) => void
  /** Ends all requests. */
  readonly signal: AbortSignal
}

/** Sends requests of one version of HTTP, one after the other. */
export interface Sender {
  /** @throws LastbyteError UNREACHABLE, ANSWER_BROKEN or SERVER_STALLED where there is no response */
  send(request: WireRequest): Promise<Exchange>
  close(): void
}
