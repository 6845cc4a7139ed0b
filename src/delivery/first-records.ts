import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Response } from './response-writer.js'

/** Bytes of a write, and so of a record, at the start of a flight. */
const SMALL = 4 * 1024
/** Bytes that are sent in small records: the ten packets with which a connection begins hold little more (RFC 6928). */
const FLIGHT = 16 * 1024

/** ms without a response after which the kernel begins with few packets again (RFC 5681 §4.1). */
const IDLE = 1_000

/** When a response was last begun on a connection, in ms of `performance.now()`. */
const BEGUN = Symbol('lastbyte.begun')

interface Encrypted extends TLSSocket {
  [BEGUN]?: number
}

/**
 * The sizes of the writes of a response that begins now; undefined where none is limited: it is not sent over TLS, or
 * its connection is in use.
 */
export function firstRecords(response: Response): FirstRecords | undefined {
  const socket = encryptedSocket(response)
  if (socket === undefined) return undefined
  const isIdle = pause(socket) > IDLE
  socket[BEGUN] = performance.now()
  return isIdle ? new FirstRecords() : undefined
}

/** Whether a response whose content has so many bytes begins now by one write. */
export function beginsByOneWrite(response: Response, bytes: number): boolean {
  const socket = encryptedSocket(response)
  if (socket === undefined) return true
  if (bytes > SMALL && pause(socket) > IDLE) return false
  socket[BEGUN] = performance.now()
  return true
}

function encryptedSocket(response: Response): Encrypted | undefined {
  const socket = 'stream' in response ? socketOf(response.stream) : response.socket
  const { encrypted } = (socket ?? {}) as Partial<Encrypted>
  return encrypted === true ? (socket as Encrypted) : undefined
}

/** The socket of a session throws when it is read after the session was destroyed. */
function socketOf({ session }: ServerHttp2Stream): Socket | TLSSocket | undefined {
  return session === undefined || session.destroyed ? undefined : session.socket
}

/** ms since a response was begun on a connection. */
function pause(socket: Encrypted): number {
  return performance.now() - (socket[BEGUN] ?? Number.NEGATIVE_INFINITY)
}

/**
 * The sizes of the writes of a response that begins a flight. A client can use only complete records, and one of 16 KiB
 * exceeds the first packets: its first byte took a round trip more. Later records are as large as TLS permits, since
 * each has its cost.
 *
 * `setMaxSendFragment` of Node is of no use: OpenSSL does not make the records of that connection large again.
 */
export class FirstRecords {
  #left = FLIGHT

  /** @returns the bytes of the next write, of `most` that are there */
  permit(most: number): number {
    if (this.#left <= 0) return most
    this.#left -= SMALL
    return Math.min(most, SMALL)
  }
}
