/** Bytes of a chunk for a client that has shown that it reads: larger saves calls. */
export const LARGE_CHUNK = 512 * 1024
/** Bytes of a chunk for one that may never read: that much is held for it, and no more. */
export const SMALL_CHUNK = 64 * 1024
/**
 * Bytes after which a client has shown that it reads: the buffers of a connection hold up to some
 * megabytes for one that does not.
 */
export const READING_CONFIRMED = 4 * 1024 * 1024
/** Bytes of a slice that such buffers mostly hold whole, whether its client reads or not. */
const SHORT = 2 * 1024 * 1024
/** Bytes of a chunk of such a slice. */
export const MEDIUM_CHUNK = 256 * 1024

/** Bytes of the next chunk of a slice, of which so many were `taken` since its client last paused. */
export function chunkSize(taken: number, slice: number): number {
  if (slice <= SHORT) return MEDIUM_CHUNK
  return taken < READING_CONFIRMED ? SMALL_CHUNK : LARGE_CHUNK
}

/** Buffers that wait for the next transfer, so that a busy server does not allocate. */
export interface BufferPool {
  /** A buffer of this many bytes. Its content is undefined. */
  take(length: number): Uint8Array
  /** Gives a buffer back that nothing reads or writes any more. */
  give(buffer: Uint8Array): void
}

/** @param most how many idle buffers of each size are kept */
export function bufferPool(most = 16): BufferPool {
  const idle = new Map<number, Uint8Array[]>([
    [LARGE_CHUNK, []],
    [MEDIUM_CHUNK, []],
    [SMALL_CHUNK, []],
  ])
  return {
    take: (length) => idle.get(length)?.pop() ?? Buffer.allocUnsafeSlow(length),
    give(buffer) {
      const alike = idle.get(buffer.length)
      if (alike !== undefined && alike.length < most) alike.push(buffer)
    },
  }
}
