import { type NativeBindings, RWF_NOWAIT } from '../native/bindings.js'
import type { SendableFile } from '../source/byte-source.js'

/**
 * Bytes of a file from a position on, at least one and at most so many, where they can be had in this
 * turn: of those in memory alone, after the descriptor has said that the file is still its version.
 *
 * @throws LastbyteError SOURCE_FAILED, REPRESENTATION_CHANGED
 */
export function readNonblocking(
  calls: NativeBindings,
  file: SendableFile,
  { position, length }: { readonly position: number; readonly length: number },
): Uint8Array | undefined {
  const buffer = Buffer.allocUnsafeSlow(length)
  const flags = file.place === 'memory' ? 0 : RWF_NOWAIT
  const read = calls.read(file.descriptor, buffer, position, flags)
  if (read <= 0) return undefined
  file.confirm(position)
  return buffer.subarray(0, read)
}
