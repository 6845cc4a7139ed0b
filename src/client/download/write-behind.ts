import type { PartFile } from './part-file.js'

/** ms after which fewer bytes are worth a write too. */
const LONGEST = 100

/** Bytes that are worth a write, and writes on their way at once: the disk need not wait for the next. */
const WORTH = 512 * 1024
const AT_ONCE = 2

/**
 * Bytes of one slice on their way to the disk: while some are written, the next are read. What has
 * been added is on its way, and what `flush` has been awaited for is written.
 */
export class WriteBehind {
  #chunks: Uint8Array[] = []
  #bytes = 0
  /** The oldest first. */
  readonly #writes: Promise<void>[] = []

  /** When the last write was begun. */
  #began: number

  /** `written`: called after each write, in their order, with the bytes that it has put at a place. */
  constructor(
    private readonly part: Pick<PartFile, 'write'>,
    private position: number,
    private readonly now: () => number,
    private readonly written: (start: number, end: number) => Promise<void>,
  ) {
    this.#began = now()
  }

  /** Resolves when there is room for more. @throws LastbyteError DISK_FAILED, of an earlier write too */
  async add(bytes: Uint8Array): Promise<void> {
    this.#chunks.push(bytes)
    this.#bytes += bytes.length
    if (this.#bytes < WORTH && this.now() - this.#began < LONGEST) return
    this.#begin()
    while (this.#writes.length >= AT_ONCE) await this.#writes.shift()
  }

  /** Writes what is left; after it nothing is on its way, failure or not. @throws LastbyteError DISK_FAILED */
  async flush(): Promise<void> {
    if (this.#bytes > 0) this.#begin()
    await allOf(this.#writes.splice(0))
  }

  #begin(): void {
    const writing = this.#write(this.#chunks, this.#bytes, this.#writes.at(-1))
    this.#began = this.now()
    // Whoever adds or flushes next meets what went wrong.
    writing.catch(() => {})
    this.#writes.push(writing)
    this.#chunks = []
    this.#bytes = 0
  }

  async #write(
    chunks: readonly Uint8Array[],
    bytes: number,
    before: Promise<void> | undefined,
  ): Promise<void> {
    const start = this.position
    const end = start + bytes
    this.position = end
    await allOf([this.part.write(chunks, start), before])
    await this.written(start, end)
  }
}

/** Waits for all of them, also where one fails. @throws what the first failed with */
async function allOf(promises: readonly (Promise<void> | undefined)[]): Promise<void> {
  const failed = (await Promise.allSettled(promises)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
