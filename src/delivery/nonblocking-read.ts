import { type NativeBindings, RWF_NOWAIT } from '../native/bindings.js'
import type { SendableFile } from '../source/sendable-file.js'

/**
 * Reads up to `length` bytes from `position` without blocking: only bytes in the page cache, after which
 * fstat must report the opened version of the file. undefined where no byte is cached.
 *
 * @throws LastbyteError SOURCE_FAILED, REPRESENTATION_CHANGED
 */
export function readNonblocking(
  calls: NativeBindings,
  file: SendableFile,
  { position, length }: { readonly position: number; readonly length: number },
): Uint8Array | undefined {
  const buffer = Buffer.allocUnsafeSlow(length)
  const flags = file.filesystem === 'memory' ? 0 : RWF_NOWAIT
  const read = calls.read(file.descriptor, buffer, position, flags)
  if (read <= 0) return undefined
  file.confirm(position)
  return buffer.subarray(0, read)
}
