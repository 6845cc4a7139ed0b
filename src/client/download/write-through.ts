import type { PartFile } from './part-file.js'

/** Writes each chunk before the next one is received, so that its memory can be used again for that one. */
export class WriteThrough {
  /**
   * @param position of the first byte in the file
   * @param onWritten called with each slice when it is written; further writes wait for it
   */
  constructor(
    private readonly file: Pick<PartFile, 'write'>,
    private position: number,
    private readonly onWritten: (start: number, end: number) => Promise<void> | undefined,
  ) {}

  /** Resolves when more bytes may be added. @throws the error of the write */
  async add(bytes: Uint8Array): Promise<void> {
    const start = this.position
    await this.file.write([bytes], start)
    this.position += bytes.length
    const waiting = this.onWritten(start, this.position)
    if (waiting !== undefined) await waiting
  }

  async flush(): Promise<void> {}
}
