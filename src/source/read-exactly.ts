import { LastbyteError } from '../errors.js'
import type { Slice } from '../http/byte-range.js'

/** The `read` method of a representation. */
export interface Readable {
  read(slice: Slice, signal: AbortSignal): AsyncIterable<Uint8Array>
}

/** The chunks of a slice. Throws where they are not exactly its length, on which later offsets depend. */
export async function* readExactly(
  source: Readable,
  slice: Slice,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const length = slice.end - slice.start
  let remaining = length
  for await (const chunk of source.read(slice, signal)) {
    remaining -= chunk.length
    if (remaining < 0) throw excessError(length)
    yield chunk
  }
  if (remaining > 0) throw shortError(length, remaining)
}

export function excessError(length: number | undefined): LastbyteError {
  const message = `Cannot send body: its source sent more than the ${length} announced bytes`
  return new LastbyteError('SOURCE_FAILED', message, { length })
}

export function shortError(length: number, missing: number): LastbyteError {
  const message = `Cannot send body: its source ended ${missing} bytes short of the ${length} announced bytes`
  return new LastbyteError('SOURCE_SHORT', message, { length, left: missing })
}
