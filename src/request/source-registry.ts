import type { ByteSource } from '../source/byte-source.js'
import { type RepresentationDigests, representationDigests } from '../source/digest/digest-cache.js'
import type { Dotfiles } from '../source/file/file-root.js'
import { fileSource } from '../source/file/file-source.js'

/** A source and the digests of what it holds. */
export interface Stock {
  readonly source: ByteSource
  readonly digests: RepresentationDigests
}

/** What holds for every stock of a registration. */
interface StockRules {
  readonly dotfiles: Dotfiles
  /** ms in which a source must give something. */
  readonly sourceTimeout: number
}

/** The stock of a registration, and those of other folders that `sendFile` was pointed at. */
export class Stocks {
  readonly own: Stock
  readonly #elsewhere = new Map<string, Stock>()

  constructor(
    source: ByteSource,
    private readonly rules: StockRules,
  ) {
    this.own = { source, digests: representationDigests(source, rules.sourceTimeout) }
  }

  /** @throws LastbyteError BAD_SETTING where the folder can't be read */
  at(root: string): Stock {
    const known = this.#elsewhere.get(root)
    if (known !== undefined) return known
    const { dotfiles, sourceTimeout } = this.rules
    const source = fileSource({ roots: [root], dotfiles })
    const stock = { source, digests: representationDigests(source, sourceTimeout) }
    this.#elsewhere.set(root, stock)
    return stock
  }

  async close(): Promise<void> {
    const stocks = [this.own, ...this.#elsewhere.values()]
    await Promise.all(stocks.map(({ digests }) => digests.close()))
    await this.own.source.close?.()
  }
}
