import { crc32 } from 'node:zlib'
import type { MemberIndex } from './member-index.js'

/** Computes and keeps the CRC-32 of versions of members. */
export interface CrcStore {
  known(member: number): number | undefined
  note(member: number, crc: number): void
  /** @throws LastbyteError REPRESENTATION_CHANGED; errors of the source; the signal's reason */
  compute(member: number, signal: AbortSignal): Promise<number>
}

/** The CRCs that one reading of an archive needs. */
export class MemberCrcs {
  /** Computations that have begun, whose result is needed later. */
  readonly #begun = new Map<number, Promise<number>>()

  /** @param duringWork calls, while the reading waits for bytes that it does not send */
  constructor(
    private readonly members: MemberIndex,
    private readonly store: CrcStore,
    private readonly duringWork: <T>(work: Promise<T>) => Promise<T> = (work) => work,
  ) {}

  isKnown(index: number): boolean {
    return this.#trivial(index) !== undefined || this.store.known(index) !== undefined
  }

  /** Begins to compute a CRC. An error is that of `of`. */
  begin(index: number, signal: AbortSignal): void {
    const computing = this.store.compute(index, signal)
    computing.catch(() => {})
    this.#begun.set(index, computing)
  }

  /** @throws as `CrcStore.compute` */
  async of(index: number, signal: AbortSignal): Promise<number> {
    const known = this.#trivial(index) ?? this.store.known(index)
    if (known !== undefined) return known
    const begun = this.#begun.get(index) ?? this.store.compute(index, signal)
    try {
      return await this.duringWork(begun)
    } finally {
      this.#begun.delete(index)
    }
  }

  /** Computes a CRC from all bytes of a member. */
  note(index: number, bytes: Uint8Array): void {
    this.store.note(index, crc32(bytes))
  }

  /** The bytes of a whole member, whose CRC is known behind the last. */
  async *passing(index: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let crc = 0
    for await (const chunk of chunks) {
      crc = crc32(chunk, crc)
      yield chunk
    }
    this.store.note(index, crc)
  }

  /** The CRC of no bytes. */
  #trivial(index: number): number | undefined {
    return this.members.member(index).size === 0 ? 0 : undefined
  }
}
