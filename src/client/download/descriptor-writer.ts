import { close, fsync, write } from 'node:fs'
import { Writable } from 'node:stream'

/** ms until a descriptor that has no room (EAGAIN) is tried again. */
const POLL = 10
/** Results of fsync on what holds no data, such as /dev/null or a terminal. */
const UNSYNCABLE = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EROFS'])

/** Writes to a descriptor from its position on. `owned`: it is synced and closed at the end. */
export class DescriptorWriter extends Writable {
  #isWriting = false
  /** Called when the write in progress has ended. */
  #onIdle: (() => void) | undefined

  constructor(
    private readonly descriptor: number,
    private readonly kind: 'owned' | 'borrowed',
  ) {
    super()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#isWriting = true
    this.#writeRest(chunk, (error) => {
      this.#isWriting = false
      this.#onIdle?.()
      done(error)
    })
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.kind === 'borrowed') done()
    else fsync(this.descriptor, (error) => done(UNSYNCABLE.has(error?.code ?? '') ? null : error))
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const release = () => close(this.descriptor, (failure) => done(error ?? failure))
    if (this.kind === 'borrowed') done(error)
    // The number of a descriptor that is closed during a write may belong to another file by then.
    else if (this.#isWriting) this.#onIdle = release
    else release()
  }

  #writeRest(chunk: Buffer, done: (error?: Error | null) => void): void {
    write(this.descriptor, chunk, 0, chunk.length, null, (error, written) => {
      if (error?.code === 'EAGAIN') {
        if (this.destroyed) return done(error)
        setTimeout(() => this.#writeRest(chunk, done), POLL)
        return
      }
      if (error) return done(error)
      const rest = chunk.subarray(written)
      if (rest.length === 0) done()
      else this.#writeRest(rest, done)
    })
  }
}
