import { createHash, type Hash } from 'node:crypto'

/** Bytes of a block: its digest is kept, so that it can be read again and compared. */
export const BLOCK = 64 * 1024

/**
 * A digest of the first bytes of a file, at any length: of the digests of its blocks and of what is behind the last
 * one. Each byte is hashed once.
 */
export class PrefixHash {
  length = 0
  /** The digests of the complete blocks. */
  readonly blocks: Uint8Array[] = []
  readonly #blocks: Hash = createHash('sha256')
  #tail: Hash = createHash('sha256')

  update(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0; ) {
      const piece = rest.subarray(0, BLOCK - (this.length % BLOCK))
      this.#tail.update(piece)
      this.length += piece.length
      rest = rest.subarray(piece.length)
      if (this.length % BLOCK > 0) continue
      const digest = this.#tail.digest()
      this.blocks.push(digest)
      this.#blocks.update(digest)
      this.#tail = createHash('sha256')
    }
  }

  /** The digest of the `length` bytes. */
  digest(): string {
    return this.#blocks.copy().update(this.#tail.copy().digest()).digest('base64url')
  }

  /** The digest of fewer bytes. @param rest those of them that are behind their last complete block */
  digestAt(length: number, rest: Uint8Array): string {
    const blocks = createHash('sha256')
    for (const block of this.blocks.slice(0, Math.floor(length / BLOCK))) blocks.update(block)
    return blocks.update(createHash('sha256').update(rest).digest()).digest('base64url')
  }
}

/** Whether the bytes are those of the block with this digest. */
export function isBlock(bytes: Uint8Array, digest: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest().equals(digest)
}
