import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'
import type { NativeBindings } from '../native/bindings.js'
import type { SendableFile } from '../source/sendable-file.js'
import type { DirectPart } from './body-parts.js'
import type { DirectSend, FileWindow, NextStep, Sent } from './direct-send.js'
import { readNonblocking } from './nonblocking-read.js'
import { type Response, write } from './response-writer.js'
import { SendCopy } from './send-copy.js'
import type { SendGuard, SendGuards } from './send-guard.js'
import { Sendfile } from './sendfile.js'
import { descriptorOf } from './socket-descriptor.js'
import type { Transfer } from './transfer.js'

/**
 * A range of a file. It is complete once its bytes are accepted by the kernel, or acknowledged by the
 * client.
 */
export interface FileRange {
  readonly slice: Slice
  readonly until: 'accepted' | 'acknowledged'
}

/** Bytes of the largest piece that is sent at once. */
const LARGEST_SEND = 512 * 1024
/** Bytes to write while the send buffer is full; the callback of the write reports that it has room. */
const PROBE = 256
/** Bytes of one read in the thread pool, for bytes that are not in the page cache. */
const COLD_READ = 256 * 1024
/** ms between two polls of the unacknowledged bytes: the first interval, and the longest. */
const FIRST_POLL = 1
const LONGEST_POLL = 200

/** How the next bytes are sent. `wait for guard`: neither by sendfile nor by copy yet. */
type Step = NextStep | 'wait for guard'

/** A range of a file that native calls send: by sendfile as long as its guard permits that, or else by copy. */
export class FilePart implements DirectPart {
  readonly #queue: DirectSend
  readonly #copy: DirectSend

  constructor(
    private readonly calls: NativeBindings,
    private readonly file: SendableFile,
    private readonly range: FileRange,
    private readonly guards: SendGuards,
  ) {
    this.#queue = new Sendfile(calls, file)
    this.#copy = new SendCopy(calls, file)
  }

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
    let step: Step = 'send'
    while (position < slice.end) {
      const rest = slice.end - position
      const length = transfer.pace
        ? await transfer.pace.permit(Math.min(LARGEST_SEND, rest), transfer)
        : rest
      const left = { position, length }
      if (step === 'send') {
        step = await this.#schedule(sending, left, moved)
      } else if (step === 'wait for guard') {
        await transfer.until(guard.ended)
        step = 'send'
      } else {
        const most = step === 'wait for room' ? PROBE : COLD_READ
        const chunk = await this.#read(transfer, first(most, left))
        transfer.waitFor('client')
        // Counted when it is accepted, which is also possible after an abort, while the queue is emptied.
        const writing = write(response, chunk)
        await transfer.during((accepted, failed) => {
          writing((nothing) => {
            moved(chunk.length)
            accepted(nothing)
          }, failed)
        })
        step = 'send'
      }
    }
    if (until === 'acknowledged' && guard.permission() !== 'copy') {
      await this.#acknowledged(response, transfer)
    }
  }

  /**
   * Schedules the sending of the bytes that are left, window by window, each in its turn. Resolves to the step
   * after the last window that was sent: a window costs no promise.
   */
  #schedule(sending: Sending, left: FileWindow, moved: (bytes: number) => void): Promise<Step> {
    const { transfer } = sending
    return transfer.during((resolve, reject) => {
      let { position, length } = left
      const move = () => {
        if (transfer.abortReason !== undefined) return 0
        const { bytes, next } = this.#send(sending, { position, length })
        position += bytes
        length -= bytes
        moved(bytes)
        if (next === 'send' && length > 0) transfer.schedule(move, reject)
        else resolve(next)
        return bytes
      }
      transfer.schedule(move, reject)
    })
  }

  #send({ response, guard }: Sending, left: FileWindow): Sent<Step> {
    const { socket, descriptor } = connectionOf(response)
    const permission = guard.permission()
    if (permission === 'wait') return { bytes: 0, next: 'wait for guard' }
    // Bytes of an earlier response, or of this header section, are still queued in this process.
    if (socket.writableLength > 0) return { bytes: 0, next: 'wait for room' }
    const direct = permission === 'queue' ? this.#queue : this.#copy
    const sent = direct.send(descriptor, first(direct.window, left))
    if (sent.bytes > 0) keepAlive(socket)
    return sent
  }

  async #read(transfer: Transfer, window: FileWindow): Promise<Uint8Array> {
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

/** At most this many of the bytes. */
function first(most: number, { position, length }: FileWindow): FileWindow {
  return { position, length: Math.min(most, length) }
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

/** Restarts the socket timeout, as Node does for a write. */
function keepAlive(socket: Socket): void {
  if (socket.timeout) socket.setTimeout(socket.timeout)
}
