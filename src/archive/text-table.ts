/** Bytes that are reserved first. */
const FIRST_SIZE = 4096

/** Texts in UTF-8, one behind the other: a fraction of the memory of as many strings. */
export class TextTable {
  #bytes = Buffer.allocUnsafe(FIRST_SIZE)
  #ends = new Float64Array(64)
  #count = 0

  get count(): number {
    return this.#count
  }

  /** Bytes that the table takes. */
  get capacity(): number {
    return this.#bytes.length + this.#ends.byteLength
  }

  add(text: string): void {
    const start = this.#end(this.#count)
    const length = Buffer.byteLength(text)
    this.#reserve(start + length)
    this.#bytes.write(text, start)
    this.#ends[this.#count] = start + length
    this.#count += 1
  }

  /** The bytes of a text, which must not be modified. */
  bytes(index: number): Uint8Array {
    return this.#bytes.subarray(this.#end(index), this.#end(index + 1))
  }

  text(index: number): string {
    return this.#bytes.toString('utf8', this.#end(index), this.#end(index + 1))
  }

  /** The end of the text before an index. */
  #end(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] as number)
  }

  #reserve(size: number): void {
    if (size > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#bytes.length))
      this.#bytes.copy(larger)
      this.#bytes = larger
    }
    if (this.#count < this.#ends.length) return
    const more = new Float64Array(2 * this.#ends.length)
    more.set(this.#ends)
    this.#ends = more
  }
}
