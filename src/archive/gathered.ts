/** Bytes of one write: many records and small members go out together. */
const SIZE = 64 * 1024

/** Joins short runs of bytes into chunks, in a buffer that is used again. */
export class Gathered {
  readonly #buffer = Buffer.allocUnsafe(SIZE)
  #used = 0

  /** Whether the bytes still fit. */
  fits({ length }: Uint8Array): boolean {
    return this.#used + length <= SIZE
  }

  add(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#used)
    this.#used += bytes.length
  }

  /** What was added since the last call, valid until the next `add`; undefined where nothing was. */
  take(): Uint8Array | undefined {
    const taken = this.#used === 0 ? undefined : this.#buffer.subarray(0, this.#used)
    this.#used = 0
    return taken
  }
}

/** Runs of at most this many bytes are joined. Copying a longer one costs more than a write. */
export const SHORT_RUN = 16 * 1024
