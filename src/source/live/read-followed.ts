import { readDescriptor, statDescriptor } from '../file/descriptor.js'
import { type FollowedFile, followError } from '../file/follow-file.js'

/** Fills the buffer, or the start of it. @throws LastbyteError SOURCE_FAILED */
export function readAt(file: FollowedFile, buffer: Uint8Array, position: number): Promise<number> {
  return readDescriptor(file.descriptor, buffer, position).catch((cause: Error) => {
    throw followError('SOURCE_FAILED', position, cause.message, cause)
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

/** Bytes of an open file. @param position for the error. @throws LastbyteError SOURCE_FAILED */
export async function sizeOf({ descriptor }: FollowedFile, position: number): Promise<number> {
  const { size } = await statDescriptor(descriptor).catch((cause: Error) => {
    throw followError('SOURCE_FAILED', position, cause.message, cause)
  })
  return Number(size)
}
