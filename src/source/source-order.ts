import type { ByteSource } from './byte-source.js'

/** The order in which sources are tried: as they were passed, but those that have just failed last. */
export class SourceOrder {
  readonly #failedAt = new Map<ByteSource, number>()

  constructor(
    private readonly sources: readonly ByteSource[],
    /** ms for which a failed source is tried last. */
    private readonly restFor: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  inOrder(): ByteSource[] {
    const rests = (source: ByteSource) => {
      const at = this.#failedAt.get(source)
      return at !== undefined && this.now() - at < this.restFor
    }
    return [
      ...this.sources.filter((source) => !rests(source)),
      ...this.sources.filter((source) => rests(source)),
    ]
  }

  failed(source: ByteSource): void {
    this.#failedAt.set(source, this.now())
  }
}
