import type { Expectations } from '../validation/expectation.js'
import { milliseconds, wholeNumber } from '../validation/number-expectations.js'

/** What one connection may use of a server. */
export interface ConnectionLimits {
  /** ms in which a TLS handshake must be complete. */
  readonly handshakeTimeout: number
  /**
   * ms in which the header section of a request must be complete, and for which less than `requestRate` may be
   * received of its body. 0: no limit.
   */
  readonly requestTimeout: number
  /** Bytes a second that must be received of a request body on average. 0: no limit. */
  readonly requestRate: number
  /** Number of requests of an HTTP/1.1 connection that may wait for their responses; others are not read. */
  readonly pipelineLimit: number
  /** Number of streams that may be open in an HTTP/2 connection. */
  readonly streamLimit: number
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  handshakeTimeout: 10_000,
  requestTimeout: 30_000,
  requestRate: 240,
  pipelineLimit: 32,
  streamLimit: 100,
}

export const CONNECTION_LIMIT_OPTIONS: Expectations<ConnectionLimits> = {
  handshakeTimeout: milliseconds(1),
  requestTimeout: milliseconds(0),
  requestRate: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'bytes'),
  pipelineLimit: wholeNumber(1),
  streamLimit: wholeNumber(1, 2 ** 31 - 1),
}
