import { crc32 } from 'node:zlib'
import type { MemberIndex } from './member-index.js'

/** Computes and keeps the CRC-32 of versions of members. */
export interface CrcStore {
  known(member: number): number | undefined
  note(member: number, crc: number): void
  /** @throws LastbyteError REPRESENTATION_CHANGED; errors of the source; the signal's reason */
  compute(member: number, signal: AbortSignal): Promise<number>
}

/**
 * The CRCs of one archive. It keeps those that are noted or computed: the store may drop some of them before the
 * directory is sent, and has no place for members whose versions cannot be told apart.
 */
export class MemberCrcs {
  /** By member; NaN: none. Absent until the first of them. */
  #own: Float64Array | undefined
  /** Computations that have begun, whose result is needed later. */
  readonly #begun = new Map<number, Promise<number>>()

  /** @param duringWork calls, while the reading waits for bytes that it does not send */
  constructor(
    private readonly members: MemberIndex,
    private readonly store: CrcStore,
    private readonly duringWork: <T>(work: Promise<T>) => Promise<T> = (work) => work,
  ) {}

  isKnown(index: number): boolean {
    return this.#known(index) !== undefined
  }

  /** Begins to compute a CRC. An error is that of `of`. */
  begin(index: number, signal: AbortSignal): void {
    const computing = this.store.compute(index, signal)
    computing.catch(() => {})
    this.#begun.set(index, computing)
  }

  /** @throws as `CrcStore.compute` */
  async of(index: number, signal: AbortSignal): Promise<number> {
    const known = this.#known(index)
    if (known !== undefined) return known
    const begun = this.#begun.get(index) ?? this.store.compute(index, signal)
    try {
      const crc = await this.duringWork(begun)
      this.#keep(index, crc)
      return crc
    } finally {
      this.#begun.delete(index)
    }
  }

  /** Computes a CRC from all bytes of a member. */
  note(index: number, bytes: Uint8Array): void {
    this.#note(index, crc32(bytes))
  }

  /** The bytes of a whole member, whose CRC is known behind the last. */
  async *passing(index: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let crc = 0
    for await (const chunk of chunks) {
      crc = crc32(chunk, crc)
      yield chunk
    }
    this.#note(index, crc)
  }

  #known(index: number): number | undefined {
    // The CRC of no bytes.
    if (this.members.member(index).size === 0) return 0
    const own = this.#own?.[index] ?? Number.NaN
    return Number.isNaN(own) ? this.store.known(index) : own
  }

  #note(index: number, crc: number): void {
    this.#keep(index, crc)
    this.store.note(index, crc)
  }

  #keep(index: number, crc: number): void {
    this.#own ??= new Float64Array(this.members.count).fill(Number.NaN)
    this.#own[index] = crc
  }
}
