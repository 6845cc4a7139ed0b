/** Content types of TLS records (RFC 8446 §5.1). */
const ALERT = 21
const APPLICATION_DATA = 23
/** Bytes of an encrypted alert of TLS 1.3: level, description, content type, and the tag of the cipher. */
const SEALED_ALERT = 2 + 1 + 16
const HEADER = 5

/** Follows the records of one direction of a TLS connection by their headers, which are not encrypted. */
export class TlsRecords {
  #header = Buffer.alloc(0)
  /** Bytes of the current record that have not arrived. */
  #rest = 0
  #last: { readonly type: number; readonly length: number } | undefined

  add(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const skipped = Math.min(this.#rest, bytes.length - at)
      this.#rest -= skipped
      at += skipped
      if (at === bytes.length) return
      const taken = bytes.subarray(at, at + HEADER - this.#header.length)
      at += taken.length
      this.#header = Buffer.concat([this.#header, taken])
      if (this.#header.length < HEADER) return
      this.#last = { type: this.#header[0] ?? 0, length: this.#header.readUInt16BE(3) }
      this.#rest = this.#last.length
      this.#header = Buffer.alloc(0)
    }
  }

  /** Whether the last record is complete and an alert. TLS 1.3 hides the type, but not the length. */
  get endsWithAlert(): boolean {
    if (this.#last === undefined || this.#rest > 0) return false
    const { type, length } = this.#last
    return type === ALERT || (type === APPLICATION_DATA && length === SEALED_ALERT)
  }
}
