import type { Socket } from 'node:net'
import { constants } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { getSystemErrorName } from 'node:util'
import { LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import type { NativeBindings } from '../native/bindings.js'
import type { SendableFile } from '../source/representation.js'
import type { DirectPart } from './body-parts.js'
import { readNonblocking } from './nonblocking-read.js'
import { type Response, write } from './response-writer.js'
import type { SendGuard, SendGuards } from './send-guard.js'
import { descriptorOf } from './socket-descriptor.js'
import type { Transfer } from './transfer.js'

/**
 * A range of a file. It is complete once its bytes are accepted by the kernel, or acknowledged by the
 * client.
 */
export interface SendfileRange {
  readonly slice: Slice
  readonly until: 'accepted' | 'acknowledged'
}

/** Bytes of one sendfile call. */
const WINDOW = 512 * 1024
/** Bytes to write while the send buffer is full; the callback of the write reports that it has room. */
const PROBE = 256
/** Bytes of one read in the thread pool, for bytes that are not in the page cache. */
const COLD_READ = 256 * 1024
/** ms between two polls of the unacknowledged bytes: the first interval, and the longest. */
const FIRST_POLL = 1
const LONGEST_POLL = 200

/** How the next bytes are sent. */
type Step = 'sendfile' | 'wait for room' | 'read from disk' | 'wait for guard'
const MAX_BYTES: Record<Step, number> = {
  sendfile: WINDOW,
  'wait for guard': WINDOW,
  'wait for room': PROBE,
  'read from disk': COLD_READ,
}

/** A range of a file that the kernel sends without copying it through this process. */
export class SendfilePart implements DirectPart {
  constructor(
    private readonly calls: NativeBindings,
    private readonly file: SendableFile,
    private readonly range: SendfileRange,
    private readonly guards: SendGuards,
  ) {}

  get length(): number {
    const { start, end } = this.range.slice
    return end - start
  }

  async sendTo(
    response: Response,
    transfer: Transfer,
    count: (bytes: number) => void,
  ): Promise<void> {
    const guard = this.guards.open({ file: this.file, response, transfer })
    try {
      await this.#sendAll({ response, transfer, guard }, count)
      guard.acknowledged()
    } catch (error) {
      await guard.abandon()
      throw error
    }
  }

  async #sendAll(sending: Sending, count: (bytes: number) => void): Promise<void> {
    const { response, transfer, guard } = sending
    const { slice, until } = this.range
    const moved = (bytes: number) => {
      position += bytes
      transfer.waitFor('client')
      count(bytes)
    }
    let position = slice.start
    let step: Step = 'sendfile'
    while (position < slice.end) {
      const most = Math.min(MAX_BYTES[step], slice.end - position)
      const length = transfer.pace ? await transfer.pace.permit(most, transfer) : most
      const window = { position, length }
      if (step === 'sendfile') {
        const sent = await this.#schedule(sending, window)
        moved(sent.bytes)
        step = sent.next
      } else if (step === 'wait for guard') {
        await transfer.until(guard.ended)
        step = 'sendfile'
      } else {
        const chunk = await this.#read(transfer, window)
        transfer.waitFor('client')
        // Counted when it is accepted, which is also possible after an abort, while the queue is emptied.
        const writing = write(response, chunk)
        await transfer.during((accepted, failed) => {
          writing((nothing) => {
            moved(chunk.length)
            accepted(nothing)
          }, failed)
        })
        step = 'sendfile'
      }
    }
    if (until === 'acknowledged' && guard.permission() !== 'copy') {
      await this.#acknowledged(response, transfer)
    }
  }

  /** Schedules the sending of a window. */
  #schedule(sending: Sending, window: Window): Promise<Sent> {
    const { transfer } = sending
    return transfer.during((resolve, reject) => {
      transfer.schedule(() => {
        if (transfer.signal.aborted) return 0
        const sent = this.#send(sending, window)
        resolve(sent)
        return sent.bytes
      }, reject)
    })
  }

  #send({ response, guard }: Sending, { position, length }: Window): Sent {
    const { calls, file } = this
    const { socket, descriptor } = connectionOf(response)
    const permission = guard.permission()
    if (permission === 'copy') return { bytes: 0, next: 'read from disk' }
    if (permission === 'wait') return { bytes: 0, next: 'wait for guard' }
    // Bytes of an earlier response, or of this header section, are still queued in this process.
    if (socket.writableLength > 0) return { bytes: 0, next: 'wait for room' }
    const inMemory =
      file.filesystem === 'memory' || calls.isResident(file.descriptor, position, length) === 1
    if (!inMemory) return { bytes: 0, next: 'read from disk' }
    // Checked before sendfile, so that no byte of an earlier change is sent. A later change is detected
    // before the next window, or before the last bytes.
    file.confirm(position)
    const result = calls.sendfile(descriptor, file.descriptor, position, length)
    if (result < 0) return failed(-result, position)
    keepAlive(socket)
    return { bytes: result, next: result === length ? 'sendfile' : 'wait for room' }
  }

  async #read(transfer: Transfer, window: Window): Promise<Uint8Array> {
    const cached = readNonblocking(this.calls, this.file, window)
    if (cached !== undefined) return cached
    transfer.waitFor('source')
    const { position, length } = window
    return transfer.until(this.file.fetch(Buffer.allocUnsafeSlow(length), position))
  }

  /** Waits until the client's kernel has acknowledged all bytes, after which the file may change. */
  async #acknowledged(response: Response, transfer: Transfer): Promise<void> {
    const { signal } = transfer
    for (let wait = FIRST_POLL; ; wait = Math.min(2 * wait, LONGEST_POLL)) {
      const { descriptor } = connectionOf(response)
      if (this.calls.unsentBytes(descriptor) <= 0) return
      await transfer.until(pause(wait, undefined, { signal }))
    }
  }
}

/** What a part is sent on, for whom, and under which condition. */
interface Sending {
  readonly response: Response
  readonly transfer: Transfer
  readonly guard: SendGuard
}

interface Window {
  readonly position: number
  readonly length: number
}

/** Bytes that the kernel has accepted, and the next step. */
interface Sent {
  readonly bytes: number
  readonly next: Step
}

/**
 * The connection and its descriptor, valid in the current turn of the event loop: later the number may
 * belong to another connection.
 *
 * @throws LastbyteError CLIENT_GONE
 */
function connectionOf({ socket }: Response): { socket: Socket; descriptor: number } {
  const descriptor = descriptorOf(socket)
  if (descriptor !== undefined) return { socket: socket as Socket, descriptor }
  throw new LastbyteError('CLIENT_GONE', 'Cannot continue sending: the connection is closed')
}

const { EAGAIN, EINVAL, EPIPE, ECONNRESET, ENOTCONN, ETIMEDOUT } = constants.errno
const DISCONNECTED = new Set([EPIPE, ECONNRESET, ENOTCONN, ETIMEDOUT])

/** The step after an error of sendfile. @throws LastbyteError CLIENT_GONE, SOURCE_FAILED */
function failed(errno: number, position: number): Sent {
  if (errno === EAGAIN) return { bytes: 0, next: 'wait for room' }
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

/** Restarts the socket timeout, as Node does for a write. */
function keepAlive(socket: Socket): void {
  if (socket.timeout) socket.setTimeout(socket.timeout)
}
