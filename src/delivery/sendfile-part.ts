import type { Socket } from 'node:net'
import { constants } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { getSystemErrorName } from 'node:util'
import { LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import type { NativeBindings } from '../native/bindings.js'
import type { SendableFile } from '../source/byte-source.js'
import type { DirectPart } from './body-parts.js'
import { readNonblocking } from './nonblocking-read.js'
import { type Response, write } from './response-writer.js'
import { descriptorOf } from './socket-descriptor.js'
import type { Transfer } from './transfer.js'

/** Which bytes, and what is waited for: that the system has taken them, or that the client's has. */
export interface SendfileRange {
  readonly slice: Slice
  readonly until: 'taken' | 'arrived'
}

/** Bytes that are handed over in one call. */
const WINDOW = 512 * 1024
/** Bytes that are copied where the socket has no room, to be told when it has: no more are held then. */
const PROBE = 256
/** Bytes that are copied at once where they have to come from the disk first. */
const COLD = 256 * 1024
/** ms between two looks at what has arrived: the first, and the longest. */
const FIRST_LOOK = 1
const LONGEST_LOOK = 200

/** Bytes to hand over or to copy at a time. */
type Step = 'hand over' | 'ask for room' | 'read from disk'
const MOST: Record<Step, number> = {
  'hand over': WINDOW,
  'ask for room': PROBE,
  'read from disk': COLD,
}

/** A stretch of a file that the system sends by itself. */
export class SendfilePart implements DirectPart {
  constructor(
    private readonly calls: NativeBindings,
    private readonly file: SendableFile,
    private readonly what: SendfileRange,
  ) {}

  get length(): number {
    const { start, end } = this.what.slice
    return end - start
  }

  async sendTo(
    response: Response,
    transfer: Transfer,
    count: (bytes: number) => void,
  ): Promise<void> {
    const { slice, until } = this.what
    const moved = (bytes: number) => {
      position += bytes
      transfer.waitFor('client')
      count(bytes)
    }
    let position = slice.start
    let step: Step = 'hand over'
    while (position < slice.end) {
      const window = { position, length: Math.min(MOST[step], slice.end - position) }
      if (step === 'hand over') {
        const handed = await this.#handOver(response, transfer, window)
        moved(handed.bytes)
        step = handed.next
      } else {
        const chunk = await this.#read(transfer, window)
        transfer.waitFor('client')
        await transfer.during(write(response, chunk))
        moved(chunk.length)
        step = 'hand over'
      }
    }
    if (until === 'arrived') await this.#arrived(response, transfer)
  }

  /** Hands a window over when its turn has come. */
  #handOver(response: Response, transfer: Transfer, window: Window): Promise<Handed> {
    return transfer.during((resolve, reject) => {
      transfer.schedule(() => {
        if (transfer.signal.aborted) return 0
        const handed = this.#handOverNow(response, window)
        resolve(handed)
        return handed.bytes
      }, reject)
    })
  }

  #handOverNow(response: Response, { position, length }: Window): Handed {
    const { calls, file } = this
    const { socket, descriptor } = connectionOf(response)
    // An answer that waits in the process has not had its turn on the connection, or not its head.
    if (socket.writableLength > 0) return { bytes: 0, next: 'ask for room' }
    const inMemory =
      file.place === 'memory' || calls.cached(file.descriptor, position, length) === 1
    if (!inMemory) return { bytes: 0, next: 'read from disk' }
    // Before, so that what was written up to now is never handed over; what is written from now on is
    // seen before the next window, or at the last piece.
    file.confirm(position)
    const result = calls.sendfile(descriptor, file.descriptor, position, length)
    if (result < 0) return failed(-result, position)
    keepAlive(socket)
    return { bytes: result, next: result === length ? 'hand over' : 'ask for room' }
  }

  async #read(transfer: Transfer, window: Window): Promise<Uint8Array> {
    const atOnce = readNonblocking(this.calls, this.file, window)
    if (atOnce !== undefined) return atOnce
    transfer.waitFor('source')
    const { position, length } = window
    return transfer.until(this.file.fetch(Buffer.allocUnsafeSlow(length), position))
  }

  /** Waits until the client's system has confirmed all bytes: what it has can't change any more. */
  async #arrived(response: Response, transfer: Transfer): Promise<void> {
    const { signal } = transfer
    for (let wait = FIRST_LOOK; ; wait = Math.min(2 * wait, LONGEST_LOOK)) {
      const { descriptor } = connectionOf(response)
      if (this.calls.unsent(descriptor) <= 0) return
      await transfer.until(pause(wait, undefined, { signal }))
    }
  }
}

interface Window {
  readonly position: number
  readonly length: number
}

/** Bytes that the system has taken, and what is to be done next. */
interface Handed {
  readonly bytes: number
  readonly next: Step
}

/** The connection, in this turn: its number may be another's in the next. @throws LastbyteError CLIENT_GONE */
function connectionOf({ socket }: Response): { socket: Socket; descriptor: number } {
  const descriptor = descriptorOf(socket)
  if (descriptor !== undefined) return { socket: socket as Socket, descriptor }
  throw new LastbyteError('CLIENT_GONE', 'Cannot send on: the connection is closed')
}

const { EAGAIN, EINVAL, EPIPE, ECONNRESET, ENOTCONN, ETIMEDOUT } = constants.errno
const GONE = new Set([EPIPE, ECONNRESET, ENOTCONN, ETIMEDOUT])

/** What an error of sendfile leads to. @throws LastbyteError CLIENT_GONE, SOURCE_FAILED */
function failed(errno: number, position: number): Handed {
  if (errno === EAGAIN) return { bytes: 0, next: 'ask for room' }
  // This file system has no sendfile: what is read is sent as well.
  if (errno === EINVAL) return { bytes: 0, next: 'read from disk' }
  const why = getSystemErrorName(-errno)
  if (GONE.has(errno)) {
    throw new LastbyteError('CLIENT_GONE', `Cannot send on: the connection is closed: ${why}`)
  }
  const message = `Cannot send file at byte ${position}: ${why}`
  throw new LastbyteError('SOURCE_FAILED', message, { offset: position })
}

/** What the system sends by itself counts as activity of the connection, as what is written does. */
function keepAlive(socket: Socket): void {
  if (socket.timeout) socket.setTimeout(socket.timeout)
}
