import { SliceBudget, TimeSlices } from '../../async/time-slices.js'
import type { Representation } from '../../source/representation.js'

/** bytes that one read fetches at least: a parser asks for a few bytes at a time. */
const BLOCK = 64 * 1024

/** Reads of one file: a parser that looks for its next frame at each byte would go on for minutes. */
const MOST_READS = 65_536

/** The time that all parsers have of a turn of the event loop. Reads of a known block wait for nothing else. */
const BUDGET = new SliceBudget()

/**
 * Random reads of a file for a parser, which may follow whatever a malformed file says: all reads together fetch at
 * most `budget` bytes, and leave the event loop to others between them.
 */
export class BoundedReader {
  readonly size: number
  #block: { readonly start: number; readonly bytes: Uint8Array } | undefined
  #budget: number
  #reads = 0
  readonly #slices: TimeSlices

  constructor(
    private readonly representation: Pick<Representation, 'facts' | 'read'>,
    budget: number,
    private readonly signal: AbortSignal,
  ) {
    this.size = representation.facts.size
    this.#budget = budget
    this.#slices = new TimeSlices(signal, BUDGET)
  }

  /** Fills `target` with the bytes from `position` on, as far as the file has them, and returns their number. */
  async read(target: Uint8Array, position: number): Promise<number> {
    this.#reads += 1
    if (this.#reads > MOST_READS) throw new RangeError('the parser reads more often than it may')
    await this.#slices.next()
    const end = Math.min(this.size, position + target.byteLength)
    let at = position
    while (at < end) {
      const { start, bytes } = await this.#blockAt(at, end)
      const found = bytes.subarray(at - start, end - start)
      if (found.byteLength === 0) break
      target.set(found, at - position)
      at += found.byteLength
    }
    return Math.max(0, at - position)
  }

  async #blockAt(
    position: number,
    end: number,
  ): Promise<{ readonly start: number; readonly bytes: Uint8Array }> {
    const known = this.#block
    if (known && known.start <= position && position < known.start + known.bytes.byteLength) {
      return known
    }
    const bytes = await this.#fetch(position, Math.min(this.size, Math.max(end, position + BLOCK)))
    this.#block = { start: position, bytes }
    return this.#block
  }

  /** Chunks are copied, since a source may use their buffer again. */
  async #fetch(start: number, end: number): Promise<Uint8Array> {
    this.#budget -= end - start
    if (this.#budget < 0) throw new RangeError('the parser reads more than its budget of bytes')
    const bytes = Buffer.alloc(end - start)
    let length = 0
    for await (const chunk of this.representation.read({ start, end }, this.signal)) {
      bytes.set(chunk, length)
      length += chunk.byteLength
    }
    return bytes.subarray(0, length)
  }
}
