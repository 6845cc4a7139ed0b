import { LastbyteError } from '../../errors.js'
import { readDescriptor } from '../file/descriptor.js'
import type { FollowedFile } from '../file/follow-file.js'

/** Fills the buffer, or the start of it. @throws LastbyteError SOURCE_FAILED */
export function readAt(file: FollowedFile, buffer: Uint8Array, position: number): Promise<number> {
  return readDescriptor(file.descriptor, buffer, position).catch((cause: Error) => {
    const message = `Cannot follow file at byte ${position}: ${cause.message}`
    throw new LastbyteError('SOURCE_FAILED', message, { position }, { cause })
  })
}

/** Fills the buffer as far as the file has bytes. @throws LastbyteError SOURCE_FAILED */
export async function readFully(
  file: FollowedFile,
  buffer: Uint8Array,
  position: number,
): Promise<number> {
  let length = 0
  while (length < buffer.length) {
    const read = await readAt(file, buffer.subarray(length), position + length)
    if (read === 0) break
    length += read
  }
  return length
}
