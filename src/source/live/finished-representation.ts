import type { Slice } from '../../http/byte-range.js'
import type { FileRepresentation } from '../file/file-representation.js'
import type { Growth } from '../growth.js'
import type { LocalFile } from '../local-file.js'
import type { Facts, Representation } from '../representation.js'
import type { SendableFile } from '../sendable-file.js'
import type { FinishedRecord } from './chain-record.js'

/** A file that has been live, and has not changed since it was finished: it keeps its tag. */
export class FinishedRepresentation implements Representation {
  readonly facts: Facts

  constructor(
    private readonly opened: FileRepresentation,
    { tag }: Pick<FinishedRecord, 'tag'>,
  ) {
    this.facts = { ...opened.facts, etag: tag, chain: { tag, state: 'finished' } }
  }

  get file(): LocalFile {
    return this.opened.file
  }

  get growth(): Growth {
    return this.opened.growth
  }

  get sendable(): SendableFile | undefined {
    return this.opened.sendable
  }

  read(slice: Slice, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return this.opened.read(slice, signal)
  }

  close(): Promise<void> {
    return this.opened.close()
  }
}
