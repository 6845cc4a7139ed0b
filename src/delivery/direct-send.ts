import { constants } from 'node:os'
import { getSystemErrorName } from 'node:util'
import { LastbyteError } from '../errors.js'

/** Bytes of a file. */
export interface FileWindow {
  readonly position: number
  readonly length: number
}

/** What has to happen before the next bytes of a file can be sent. */
export type NextStep = 'send' | 'wait for room' | 'read from disk'

/** Bytes that the kernel has accepted, and the next step. */
export interface Sent<Step extends string = NextStep> {
  readonly bytes: number
  readonly next: Step
}

/** Hands bytes of one file to the kernel, each time by one native call that does not wait. */
export interface DirectSend {
  /** Bytes that the next call should send. */
  readonly window: number
  /**
   * Sends the bytes, or the first of them.
   *
   * @param socket the descriptor of a connection, valid in the current turn of the event loop
   * @throws LastbyteError CLIENT_GONE, SOURCE_FAILED, REPRESENTATION_CHANGED
   */
  send(socket: number, window: FileWindow): Sent
}

/** The step after a call that sent a number of bytes. Fewer than requested: the send buffer is full. */
export function sentOf(bytes: number, { length }: FileWindow): Sent {
  return { bytes, next: bytes === length ? 'send' : 'wait for room' }
}

const { EAGAIN, EINTR, EINVAL, EPIPE, ECONNRESET, ENOTCONN, ETIMEDOUT } = constants.errno
const DISCONNECTED = new Set([EPIPE, ECONNRESET, ENOTCONN, ETIMEDOUT])

/** The step after an error of a call that sends. @throws LastbyteError CLIENT_GONE, SOURCE_FAILED */
export function stepAfter(errno: number, { position }: FileWindow): Sent {
  if (errno === EAGAIN) return { bytes: 0, next: 'wait for room' }
  if (errno === EINTR) return { bytes: 0, next: 'send' }
  // The file system does not support sendfile, so the bytes are read and written.
  if (errno === EINVAL) return { bytes: 0, next: 'read from disk' }
  const why = getSystemErrorName(-errno)
  if (DISCONNECTED.has(errno)) {
    throw new LastbyteError(
      'CLIENT_GONE',
      `Cannot continue sending: the connection is closed: ${why}`,
    )
  }
  const message = `Cannot send file at byte ${position}: ${why}`
  throw new LastbyteError('SOURCE_FAILED', message, { offset: position })
}
