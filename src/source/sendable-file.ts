/** A file on local storage that stays open as long as its representation. */
export interface SendableFile {
  readonly descriptor: number
  /** `memory`: all bytes are in memory, so a read never waits for a disk. */
  readonly filesystem: 'memory' | 'local'
  /** The version that was opened, as the native functions encode it, with the times that were confirmed last. */
  readonly identity: Uint8Array
  /**
   * Verifies synchronously that the file is still the version that was opened.
   *
   * @param position the byte that an error names
   * @throws LastbyteError REPRESENTATION_CHANGED, SOURCE_FAILED
   */
  confirm(position: number): void
  /** Keeps other processes from changing the file. Absent where that is not possible. */
  readonly lease?: FileLease | undefined
  /**
   * Fills the buffer, or the start of it, from a position on. Resolves to the filled part, at least one byte.
   *
   * @throws LastbyteError SOURCE_FAILED, SOURCE_SHORT, REPRESENTATION_CHANGED
   */
  fetch(buffer: Uint8Array, position: number): Promise<Uint8Array>
}

/**
 * A read lease on an open file, which all transfers from its descriptor share. While it is intact no process
 * can open the file for writing or truncate it.
 */
export interface FileLease {
  /** Adds a holder, if the kernel grants the lease. Each calls `release` once. */
  hold(): boolean
  /** Whether the lease protects the file and no process waits for its end. */
  isIntact(): boolean
  /** Removes a holder; the last one ends the lease. */
  release(): void
}
