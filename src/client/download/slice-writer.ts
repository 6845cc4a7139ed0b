import type { ReadPolicy } from '../read-policy.js'
import type { PartFile } from './part-file.js'
import { WriteBehind } from './write-behind.js'
import { WriteThrough } from './write-through.js'

/** Writes the bytes of one slice, which are added in their order. */
export interface SliceWriter {
  /** Resolves when more bytes may be added. @throws the error of a write */
  add(bytes: Uint8Array): Promise<void>
  /** Resolves when each byte that was added is written. @throws the error of a write */
  flush(): Promise<void>
}

/**
 * A writer of the kind that fits how chunks are received: lent ones are written one by one.
 *
 * @param position of the first byte in the file
 * @param onWritten called with each slice that is written, in the order of the slices; further writes wait for it
 */
export function sliceWriter(
  { chunks, clock }: Pick<ReadPolicy, 'chunks' | 'clock'>,
  part: Pick<PartFile, 'write'>,
  position: number,
  onWritten: (start: number, end: number) => Promise<void> | undefined,
): SliceWriter {
  if (chunks === 'lent') return new WriteThrough(part, position, onWritten)
  return new WriteBehind(part, position, clock.now, onWritten)
}
