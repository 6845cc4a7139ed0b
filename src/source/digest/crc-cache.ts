import { LRUCache } from 'lru-cache'

/** Keeps CRC-32 values, of four bytes in network order, as numbers: there may be 100,000 of them. */
export class CrcCache {
  readonly #values: LRUCache<string, number>

  /** @param most how many are kept */
  constructor(most: number) {
    this.#values = new LRUCache({ max: most })
  }

  get(id: string): Uint8Array | undefined {
    const value = this.#values.get(id)
    return value === undefined ? undefined : bytesOf(value)
  }

  set(id: string, crc: Uint8Array): void {
    this.#values.set(id, new DataView(crc.buffer, crc.byteOffset).getUint32(0))
  }
}

function bytesOf(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
