import type { NativeBindings } from '../native/bindings.js'
import type { SendableFile } from '../source/sendable-file.js'
import { type DirectSend, type FileWindow, type Sent, sentOf, stepAfter } from './direct-send.js'

/** Sends a file without copying it: the kernel queues references to its pages. */
export class Sendfile implements DirectSend {
  readonly window = 512 * 1024

  constructor(
    private readonly calls: Pick<NativeBindings, 'isResident' | 'sendfile'>,
    private readonly file: SendableFile,
  ) {}

  send(socket: number, window: FileWindow): Sent {
    const { calls, file } = this
    const { position, length } = window
    const inMemory =
      file.filesystem === 'memory' || calls.isResident(file.descriptor, position, length) === 1
    if (!inMemory) return { bytes: 0, next: 'read from disk' }
    // Checked before sendfile, so that no byte of an earlier change is sent. A later change is detected
    // before the next window, or before the last bytes.
    file.confirm(position)
    const result = calls.sendfile(socket, file.descriptor, position, length)
    return result < 0 ? stepAfter(-result, window) : sentOf(result, window)
  }
}
