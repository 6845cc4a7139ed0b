import { type FileHandle, open } from 'node:fs/promises'
import type { Segment, StreamFolder } from './stream-folder.js'

/** The segment to which a producer appends. */
export class SegmentFile {
  readonly #begun = performance.now()

  private constructor(
    readonly segment: Segment,
    private readonly handle: FileHandle,
    /** The bytes of whole records. */
    private bytes: number,
  ) {}

  /** Opens a segment that has been created. */
  static async open(folder: StreamFolder, segment: Segment): Promise<SegmentFile> {
    const handle = await open(folder.at(segment.name), 'r+')
    try {
      return new SegmentFile(segment, handle, (await handle.stat()).size)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  get end(): number {
    return this.bytes
  }

  /** ms since it was begun. */
  get age(): number {
    return performance.now() - this.#begun
  }

  /** Appends whole records, or nothing. */
  async write(records: Buffer): Promise<void> {
    try {
      for (let done = 0; done < records.length; ) {
        const rest = records.length - done
        const { bytesWritten } = await this.handle.write(records, done, rest, this.bytes + done)
        done += bytesWritten
      }
    } catch (error) {
      // Readers take a part of a record for one that is still being written.
      await this.handle.truncate(this.bytes).catch(() => {})
      throw error
    }
    this.bytes += records.length
  }

  sync(): Promise<void> {
    return this.handle.datasync()
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}
