import type { PartFile } from './part-file.js'

/** Bytes that are gathered before a write. */
const WRITE_SIZE = 512 * 1024

/** ms after which fewer bytes are written too. */
const MAX_DELAY = 100

/** Writes in flight at once, so that the disk doesn't wait between two of them. */
const MAX_WRITES = 2

/**
 * Writes the bytes of one slice while the next ones are received. Each byte that was added is written
 * when `flush` has resolved.
 */
export class WriteBehind {
  #chunks: Uint8Array[] = []
  /** Bytes in the chunks. */
  #buffered = 0
  /** Writes in flight, the oldest first. */
  readonly #writes: Promise<void>[] = []
  /** When the last write began, in ms. */
  #lastWrite: number

  /**
   * @param position of the first byte in the file
   * @param now ms of a monotonic clock
   * @param onWritten called with each slice when it is written, in the order of the slices
   */
  constructor(
    private readonly file: Pick<PartFile, 'write'>,
    private position: number,
    private readonly now: () => number,
    private readonly onWritten: (start: number, end: number) => Promise<void> | undefined,
  ) {
    this.#lastWrite = now()
  }

  /** Resolves when more bytes may be added. @throws the error of an earlier write */
  async add(bytes: Uint8Array): Promise<void> {
    this.#chunks.push(bytes)
    this.#buffered += bytes.length
    if (this.#buffered < WRITE_SIZE && this.now() - this.#lastWrite < MAX_DELAY) return
    this.#startWrite()
    while (this.#writes.length >= MAX_WRITES) await this.#writes.shift()
  }

  /** Writes the buffered bytes and waits until no write is in flight. @throws the error of a write */
  async flush(): Promise<void> {
    if (this.#buffered > 0) this.#startWrite()
    await settled(this.#writes.splice(0))
  }

  #startWrite(): void {
    const start = this.position
    const end = start + this.#buffered
    const writing = this.#write(this.#chunks, start, end, this.#writes.at(-1))
    // The next `add` or `flush` throws its error.
    writing.catch(() => {})
    this.#writes.push(writing)
    this.position = end
    this.#lastWrite = this.now()
    this.#chunks = []
    this.#buffered = 0
  }

  async #write(
    chunks: readonly Uint8Array[],
    start: number,
    end: number,
    previous: Promise<void> | undefined,
  ): Promise<void> {
    await settled([this.file.write(chunks, start), previous])
    await this.onWritten(start, end)
  }
}

/** Waits until every promise has settled. @throws the reason of the first that was rejected */
async function settled(promises: readonly (Promise<void> | undefined)[]): Promise<void> {
  const results = await Promise.allSettled(promises)
  const failed = results.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
