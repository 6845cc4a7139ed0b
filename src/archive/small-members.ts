import { readExactly } from '../source/read-exactly.js'
import type { Representation } from '../source/representation.js'
import { SHORT_RUN } from './gathered.js'
import type { MemberIndex } from './member-index.js'

/** Members that are read at the same time. Opening one takes several turns of the thread pool. */
const AT_ONCE = 6

/** Reads small members whole, and some of those that come next before they are needed. */
export class SmallMembers {
  readonly #reading = new Map<number, Promise<Buffer>>()
  /** The first member that is not being read yet. */
  #next = 0

  /** @param last the index behind the last member that is needed */
  constructor(
    private readonly members: MemberIndex,
    private readonly last: number,
    private readonly open: (member: number) => Promise<Representation>,
    private readonly signal: AbortSignal,
  ) {}

  isSmall(index: number): boolean {
    const { kind, size } = this.members.member(index)
    return kind === 'file' && size > 0 && size <= SHORT_RUN
  }

  /** All bytes of a small member. Indexes increase from call to call. @throws as `open` and `Representation.read` */
  async take(index: number): Promise<Buffer> {
    this.#next = Math.max(this.#next, index)
    for (; this.#next < this.last && this.#reading.size < AT_ONCE; this.#next += 1) {
      if (this.isSmall(this.#next)) this.#begin(this.#next)
    }
    const reading = this.#reading.get(index) ?? this.#read(index)
    this.#reading.delete(index)
    return reading
  }

  #begin(index: number): void {
    const reading = this.#read(index)
    // Its error is that of the call which needs it.
    reading.catch(() => {})
    this.#reading.set(index, reading)
  }

  async #read(index: number): Promise<Buffer> {
    const representation = await this.open(index)
    try {
      const { size } = this.members.member(index)
      const chunks: Buffer[] = []
      for await (const chunk of readExactly(representation, { start: 0, end: size }, this.signal)) {
        chunks.push(Buffer.from(chunk))
      }
      return Buffer.concat(chunks)
    } finally {
      await representation.close()
    }
  }
}
