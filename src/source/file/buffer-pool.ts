/** Bytes of a chunk for a client that reads continuously: larger chunks need fewer system calls. */
export const LARGE_CHUNK = 512 * 1024
/** Bytes of a chunk of a slice of at most `SHORT_SLICE` bytes. */
export const MEDIUM_CHUNK = 256 * 1024
/** Bytes of a chunk for a client that may have stopped reading: the most that is buffered for it. */
export const SMALL_CHUNK = 64 * 1024
/**
 * Bytes that a client must take without a pause before its chunks become large. Socket buffers accept
 * several MB for a client that reads nothing, so fewer bytes prove nothing.
 */
export const CONTINUOUS_BYTES = 4 * 1024 * 1024
/** Bytes of a slice that socket buffers mostly accept as a whole, whether the client reads or not. */
const SHORT_SLICE = 2 * 1024 * 1024

/**
 * Bytes of the next chunk of a slice.
 *
 * @param taken bytes that the client took since its last pause
 * @param slice bytes of the whole slice
 */
export function chunkSize(taken: number, slice: number): number {
  if (slice <= SHORT_SLICE) return MEDIUM_CHUNK
  return taken < CONTINUOUS_BYTES ? SMALL_CHUNK : LARGE_CHUNK
}

/** Idle buffers that are reused, so that a busy server does not allocate one for each chunk. */
export interface BufferPool {
  /** A buffer of exactly this many bytes, with undefined content. */
  take(length: number): Uint8Array
  /** Returns a buffer that nothing reads or writes any more. */
  give(buffer: Uint8Array): void
}

/** @param most how many idle buffers of each chunk size are kept: with 16, at most 13 MiB in all */
export function bufferPool(most = 16): BufferPool {
  const idle = new Map<number, Uint8Array[]>([
    [LARGE_CHUNK, []],
    [MEDIUM_CHUNK, []],
    [SMALL_CHUNK, []],
  ])
  return {
    take: (length) => idle.get(length)?.pop() ?? Buffer.allocUnsafeSlow(length),
    give(buffer) {
      const sameSize = idle.get(buffer.length)
      if (sameSize !== undefined && sameSize.length < most) sameSize.push(buffer)
    },
  }
}
