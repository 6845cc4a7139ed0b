import type { FileHandle } from 'node:fs/promises'

/** Buffers in one writev call (IOV_MAX on Linux and macOS). */
const MAX_BUFFERS = 1024

/**
 * Writes all bytes of chunks at a position of a file.
 *
 * @param onWritten called with each slice that is written, in order: a failure comes after those before it
 */
export async function writeChunks(
  file: Pick<FileHandle, 'writev'>,
  chunks: readonly Uint8Array[],
  position: number,
  onWritten: (start: number, end: number) => void,
): Promise<void> {
  let rest = chunks.filter(({ length }) => length > 0)
  for (let next = position; rest.length > 0; ) {
    const { bytesWritten } = await file.writev(rest.slice(0, MAX_BUFFERS), next)
    if (bytesWritten === 0) throw new Error('the file system accepted 0 bytes')
    onWritten(next, next + bytesWritten)
    next += bytesWritten
    rest = withoutFirst(rest, bytesWritten)
  }
}

/** The chunks without their first bytes, because writev may write less than it was given. */
function withoutFirst(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes
  return chunks.flatMap((chunk) => {
    const dropped = Math.min(left, chunk.length)
    left -= dropped
    return dropped === chunk.length ? [] : [chunk.subarray(dropped)]
  })
}
