import type { Slice } from '../http/byte-range.js'
import type { Facts, Representation, RepresentationPart } from '../source/representation.js'
import type { ZipContent } from './zip-parts.js'
import { zipParts } from './zip-parts.js'

/** An archive as one file: its bytes are made while they are read. It has no handle of its own. */
export class ZipRepresentation implements Representation {
  readonly handle = 'none'

  /** @param facts `size` and `etag` are those of the content */
  constructor(
    readonly facts: Facts,
    private readonly content: ZipContent,
  ) {}

  async *read(slice: Slice, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const part of this.parts(slice, signal, () => false)) {
      // No part is direct here.
      if (part instanceof Uint8Array) yield part
    }
  }

  parts(
    slice: Slice,
    signal: AbortSignal,
    isDirect: (part: RepresentationPart) => boolean,
  ): AsyncIterable<Uint8Array | RepresentationPart> {
    return zipParts({ content: this.content, slice, signal, isDirect })
  }

  async close(): Promise<void> {}
}
