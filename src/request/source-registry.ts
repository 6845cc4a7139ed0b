import type { ByteSource } from '../source/byte-source.js'
import { type DigestCache, digestCache } from '../source/digest/digest-cache.js'
import type { Dotfiles } from '../source/file/file-root.js'
import { fileSource } from '../source/file/file-source.js'

/** A source and the digests of what it holds. */
export interface ServedSource {
  readonly source: ByteSource
  readonly digests: DigestCache
}

/** What holds for every served of a registration. */
interface StockRules {
  readonly dotfiles: Dotfiles
  /** ms in which a source must give something. */
  readonly sourceTimeout: number
}

/** The served of a registration, and those of other folders that `sendFile` was pointed at. */
export class SourceRegistry {
  readonly own: ServedSource
  readonly #elsewhere = new Map<string, ServedSource>()

  constructor(
    source: ByteSource,
    private readonly rules: StockRules,
  ) {
    this.own = { source, digests: digestCache(source, rules.sourceTimeout) }
  }

  /** @throws LastbyteError BAD_SETTING where the folder can't be read */
  forRoot(root: string): ServedSource {
    const known = this.#elsewhere.get(root)
    if (known !== undefined) return known
    const { dotfiles, sourceTimeout } = this.rules
    const source = fileSource({ roots: [root], dotfiles })
    const served = { source, digests: digestCache(source, sourceTimeout) }
    this.#elsewhere.set(root, served)
    return served
  }

  async close(): Promise<void> {
    const sources = [this.own, ...this.#elsewhere.values()]
    await Promise.all(sources.map(({ digests }) => digests.close()))
    await this.own.source.close?.()
  }
}
