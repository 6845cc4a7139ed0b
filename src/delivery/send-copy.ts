import { constants } from 'node:os'
import { type NativeBindings, RWF_NOWAIT } from '../native/bindings.js'
import type { SendableFile } from '../source/sendable-file.js'
import { type DirectSend, type FileWindow, type Sent, sentOf, stepAfter } from './direct-send.js'

/** Bytes of the largest call, and of the smallest while the send buffer has little room. */
const LARGEST = 512 * 1024
const SMALLEST = 64 * 1024

/**
 * Sends a file by copy. The version is compared between the read and the send, so that bytes which the
 * kernel has accepted cannot change any more, and all of them belong to the version.
 */
export class SendCopy implements DirectSend {
  /** Bytes that a full send buffer does not accept are read in vain, so the next calls read fewer. */
  #window = LARGEST

  constructor(
    private readonly calls: Pick<NativeBindings, 'sendCopy'>,
    private readonly file: SendableFile,
  ) {}

  get window(): number {
    return this.#window
  }

  send(socket: number, window: FileWindow): Sent {
    const { position, length } = window
    const { descriptor, filesystem, identity } = this.file
    const flags = filesystem === 'memory' ? 0 : RWF_NOWAIT
    const result = this.calls.sendCopy(socket, descriptor, position, length, flags, identity)
    if (result === -constants.errno.ESTALE) {
      // Not every difference is a change of the bytes. If this one is not, they are read in the thread pool,
      // which needs no identity.
      this.file.confirm(position)
      return { bytes: 0, next: 'read from disk' }
    }
    if (result === 0) return { bytes: 0, next: 'read from disk' }
    const accepted = Math.max(0, result)
    this.#window =
      accepted === length
        ? Math.min(LARGEST, 2 * this.#window)
        : Math.max(SMALLEST, Math.min(accepted, LARGEST))
    return result < 0 ? stepAfter(-result, window) : sentOf(result, window)
  }
}
