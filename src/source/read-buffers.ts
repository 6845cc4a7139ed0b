/** Bytes in a buffer of a running transfer: larger saves calls, smaller saves memory. */
export const BUFFER_SIZE = 256 * 1024

/** Buffers that wait for the next transfer, so that a busy server does not allocate. */
export interface ReadBuffers {
  /** A buffer of at least `length` bytes, or of BUFFER_SIZE if that is less. Its content is undefined. */
  take(length: number): Uint8Array
  /** Gives a buffer back that nothing reads or writes any more. */
  give(buffer: Uint8Array): void
}

/** @param most how many idle buffers are kept */
export function readBuffers(most = 32): ReadBuffers {
  const idle: Uint8Array[] = []
  return {
    take(length) {
      if (length < BUFFER_SIZE) return Buffer.allocUnsafe(length)
      return idle.pop() ?? Buffer.allocUnsafeSlow(BUFFER_SIZE)
    },
    give(buffer) {
      if (buffer.length === BUFFER_SIZE && idle.length < most) idle.push(buffer)
    },
  }
}
