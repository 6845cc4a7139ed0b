import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Algorithm } from '../../http/digest-fields.js'

/** The SHA-256 of each piece of so many bytes, one behind the other. */
export type PieceHash = `sha-256/${number}`

/** A digest of HTTP, the digests of pieces, or the checksum of ZIP: its four bytes in network order. */
export type HashName = Algorithm | PieceHash | 'crc32'

/** The part of a `Hash` that is used. */
export interface RunningHash {
  update(chunk: Uint8Array): unknown
  digest(): Uint8Array
}

/** The name of the digests of pieces of so many bytes. */
export function pieceHash(length: number): PieceHash {
  return `sha-256/${length}`
}

/** Begins a hash. hash-worker.ts has the same. @param name without the hyphen */
export function beginHash(name: string): RunningHash {
  if (name === 'crc32') return new Crc32()
  const [algorithm = '', length] = name.split('/')
  return length === undefined ? createHash(algorithm) : new Pieces(algorithm, Number(length))
}

class Crc32 implements RunningHash {
  #crc = 0

  update(chunk: Uint8Array): void {
    this.#crc = crc32(chunk, this.#crc)
  }

  digest(): Uint8Array {
    return new Uint8Array([24, 16, 8, 0].map((bits) => this.#crc >>> bits))
  }
}

class Pieces implements RunningHash {
  readonly #digests: Uint8Array[] = []
  #hash: RunningHash | undefined
  /** Bytes that the running piece lacks. */
  #left = 0

  constructor(
    private readonly algorithm: string,
    private readonly length: number,
  ) {}

  update(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#hash === undefined) {
        this.#hash = createHash(this.algorithm)
        this.#left = this.length
      }
      const part = chunk.subarray(at, at + this.#left)
      this.#hash.update(part)
      at += part.length
      this.#left -= part.length
      if (this.#left === 0) this.#end()
    }
  }

  digest(): Uint8Array {
    this.#end()
    return Buffer.concat(this.#digests)
  }

  #end(): void {
    if (this.#hash !== undefined) this.#digests.push(this.#hash.digest())
    this.#hash = undefined
  }
}
