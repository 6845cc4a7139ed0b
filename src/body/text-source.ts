/**
 * Receives the text of a source. Each `pull` is followed by one call of one of these methods, possibly within it.
 * None of them may throw.
 */
export interface TextReader {
  /** Text that ends with a complete frame. */
  text(text: string): void
  /** The source has ended. */
  end(): void
  /** The source has failed, and all text before is passed on. */
  fail(error: unknown): void
}

/** A body that passes its text to callbacks, so that a chunk needs neither a promise nor a buffer. */
export interface TextSource {
  /** Requests the next text. The pull before it must have been followed by a call of its reader. */
  pull(reader: TextReader): void
}
