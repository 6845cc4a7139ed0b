import type { ByteSource } from './source/byte-source.js'
import type { Dotfiles } from './source/file-root.js'
import { fileSource } from './source/file-source.js'
import {
  type RepresentationDigests,
  representationDigests,
} from './source/representation-digest.js'

/** A source and the digests of what it holds. */
export interface Stock {
  readonly source: ByteSource
  readonly digests: RepresentationDigests
}

/** The stock of a registration, and those of other folders that `sendFile` was pointed at. */
export class Stocks {
  readonly own: Stock
  readonly #elsewhere = new Map<string, Stock>()

  constructor(
    source: ByteSource,
    private readonly dotfiles: Dotfiles,
  ) {
    this.own = { source, digests: representationDigests(source) }
  }

  /** @throws LastbyteError BAD_SETTING where the folder can't be read */
  at(root: string): Stock {
    const known = this.#elsewhere.get(root)
    if (known !== undefined) return known
    const source = fileSource({ roots: [root], dotfiles: this.dotfiles })
    const stock = { source, digests: representationDigests(source) }
    this.#elsewhere.set(root, stock)
    return stock
  }

  async close(): Promise<void> {
    await Promise.all([this.own, ...this.#elsewhere.values()].map(({ digests }) => digests.close()))
  }
}
