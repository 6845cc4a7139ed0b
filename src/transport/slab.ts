/** Bytes of a slab. Larger ones saved little time in measurements, and use more memory. */
const SIZE = 256 * 1024
/** Bytes that a slab must have left for the next read. */
const LEAST_ROOM = 64 * 1024
/** Unused slabs that are kept: 4 MiB. */
const MOST_UNUSED = 16

/** A buffer that several reads fill one after the other. */
export class Slab {
  readonly #bytes = Buffer.allocUnsafeSlow(SIZE)
  #used = 0
  /** Chunks of it that are in use. */
  #chunks = 0
  #isFull = false

  constructor(private readonly pool: SlabPool) {}

  /** Where the next bytes can be read to; undefined where too little room is left. */
  room(): Uint8Array | undefined {
    if (this.#chunks === 0) this.#used = 0
    return SIZE - this.#used < LEAST_ROOM ? undefined : this.#bytes.subarray(this.#used)
  }

  /** The bytes that were read to the room, whose memory is not written to before `release` is called for them. */
  take(bytes: number): Uint8Array {
    const start = this.#used
    this.#used += bytes
    this.#chunks += 1
    return this.#bytes.subarray(start, this.#used)
  }

  /** Called at most once for each chunk. Without it, the memory is freed with the last chunk that refers to it. */
  release(): void {
    this.#chunks -= 1
    this.#recycle()
  }

  /** No read will fill it any further. */
  retire(): void {
    this.#isFull = true
    this.#recycle()
  }

  #recycle(): void {
    if (!this.#isFull || this.#chunks > 0) return
    this.#isFull = false
    this.pool.keep(this)
  }
}

/** Slabs that are used again: new memory costs the kernel as much time as reading to it. */
export class SlabPool {
  readonly #unused: Slab[] = []

  take(): Slab {
    return this.#unused.pop() ?? new Slab(this)
  }

  keep(slab: Slab): void {
    if (this.#unused.length < MOST_UNUSED) this.#unused.push(slab)
  }
}
