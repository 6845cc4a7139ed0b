import type { TLSSocket } from 'node:tls'
import type { Response } from './response-writer.js'

/** Bytes of a write, and so of a record, at the start of a flight. */
const SMALL = 4 * 1024
/** Bytes that are sent in small records: about what the ten packets with which a connection begins hold (RFC 6928). */
const FLIGHT = 16 * 1024

/**
 * ms without a write after which the kernel begins with few packets again. RFC 5681 §4.1 names the retransmission timeout,
 * which is mostly less.
 */
const IDLE = 1_000

/** The property of a socket that has its `FirstRecords`. */
const RECORDS = Symbol('lastbyte.records')

interface Encrypted extends TLSSocket {
  [RECORDS]?: FirstRecords
}

/** The records of the connection of a response; undefined where it is not one of TLS, or has no connection. */
export function recordsOf(response: Response): FirstRecords | undefined {
  const socket = 'stream' in response ? response.stream.session?.socket : response.socket
  if ((socket as Partial<TLSSocket> | null | undefined)?.encrypted !== true) return undefined
  const encrypted = socket as Encrypted
  encrypted[RECORDS] ??= new FirstRecords()
  return encrypted[RECORDS]
}

/**
 * Limits the first writes of a connection of TLS, and those after a pause. A client can use only complete records, and
 * one of 16 KiB exceeds the first packets: its first byte took a round trip more. Later records are as large as TLS
 * permits, since each has its cost.
 *
 * `setMaxSendFragment` of Node is of no use: OpenSSL does not make the records of that connection large again.
 */
export class FirstRecords {
  /** Bytes that are still to be sent in small records. */
  #left = FLIGHT
  /** Whether a response was refused one write, and has not used `permit` yet. */
  #isClaimed = false
  /** ms */
  #last = Number.NEGATIVE_INFINITY

  /** @param now ms */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @returns the bytes of the next write, of `most` that are there */
  permit(most: number): number {
    this.#wake()
    if (this.#left === 0) return most
    const bytes = Math.min(most, SMALL, this.#left)
    this.#left -= bytes
    this.#isClaimed = false
    return bytes
  }

  /**
   * Whether a response may be one write of so many bytes. As long as small records are left, a response that is larger than
   * one of them is refused: it has to use `permit`, and until it has, no other response is refused.
   */
  permitWhole(bytes: number): boolean {
    this.#wake()
    if (this.#left === 0 || this.#isClaimed) return true
    if (bytes > SMALL) {
      this.#isClaimed = true
      return false
    }
    this.#left = Math.max(0, this.#left - bytes)
    return true
  }

  /** Begins anew after a pause. */
  #wake(): void {
    const now = this.now()
    if (now - this.#last > IDLE) {
      this.#left = FLIGHT
      this.#isClaimed = false
    }
    this.#last = now
  }
}
