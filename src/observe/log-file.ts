import { type FileHandle, open, stat } from 'node:fs/promises'
import type { LineSink } from './line-writer.js'

/** The group may read it: lines have addresses of clients. */
const MODE = 0o640

/** A file to which lines are appended, also by other processes. It is opened anew after it was renamed. */
export class LogFile implements LineSink {
  #reopening: Promise<void> = Promise.resolve()

  private constructor(
    private readonly path: string,
    private handle: FileHandle,
  ) {}

  /** @throws the error of the system, or one for a pipe, which would wait for its reader */
  static async open(path: string): Promise<LogFile> {
    return new LogFile(path, await openFile(path))
  }

  async write(bytes: Buffer): Promise<number> {
    return (await this.handle.write(bytes)).bytesWritten
  }

  /** Writes to the file that has the path now, which is created. Where it can't be opened, the earlier one stays. */
  async reopen(): Promise<void> {
    // One after the other: each closes the file of the one before it.
    const reopening = this.#reopening.then(() => this.#reopen())
    this.#reopening = reopening.catch(() => {})
    await reopening
  }

  async close(): Promise<void> {
    await this.#reopening
    await this.handle.close()
  }

  async #reopen(): Promise<void> {
    const earlier = this.handle
    this.handle = await openFile(this.path)
    // Waits for a write that runs.
    await earlier.close()
  }
}

async function openFile(path: string): Promise<FileHandle> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && !found.isFile() && !found.isCharacterDevice()) {
    throw new Error(found.isDirectory() ? 'it is a folder' : 'it is no file')
  }
  return open(path, 'a', MODE)
}
