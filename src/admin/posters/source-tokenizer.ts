import { AbstractTokenizer, EndOfStreamError } from 'strtok3/core'
import type { BoundedReader } from './bounded-reader.js'

/** Where a read begins, and whether fewer bytes will do. */
interface ReadOptions {
  readonly position?: number
  readonly length?: number
  readonly mayBeLess?: boolean
}

/**
 * The input of the parser of metadata. It skips what it ignores without reading it. Random access is denied: with it,
 * the parser searches the end of each file first, and allocates as many bytes as a malformed file says.
 */
export class SourceTokenizer extends AbstractTokenizer {
  readonly fileInfo: { readonly size: number; readonly path: string }

  /** @param name by whose extension the parser is selected */
  constructor(
    private readonly reader: BoundedReader,
    name: string,
    maxBufferSize: number,
  ) {
    super({ maxBufferSize })
    this.fileInfo = { size: reader.size, path: name }
  }

  supportsRandomAccess(): boolean {
    return false
  }

  async readBuffer(target: Uint8Array, options?: ReadOptions): Promise<number> {
    const { position } = this.normalizeOptions(target, options)
    const read = await this.peekBuffer(target, options)
    this.position = position + read
    return read
  }

  async peekBuffer(target: Uint8Array, options?: ReadOptions): Promise<number> {
    const { position, length, mayBeLess } = this.normalizeOptions(target, options)
    const read = await this.reader.read(target.subarray(0, length), position)
    if (read < length && !mayBeLess) throw new EndOfStreamError()
    return read
  }
}
