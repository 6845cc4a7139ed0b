import type { Slice } from '../../http/byte-range.js'
import { prefixTag } from '../../http/chain-tag.js'
import type { OpenFile } from '../file/open-file.js'
import type { Growth } from '../growth.js'
import type { Facts, Representation } from '../representation.js'
import type { LiveChain } from './live-chain.js'
import { LiveGrowth } from './live-growth.js'

/** One use of a live file, with the bytes that it had when it was opened, and those to come. */
export class LiveRepresentation implements Representation {
  readonly facts: Facts
  readonly growth: Growth
  #closing: Promise<void> | undefined

  /**
   * @param file acquired for this, which releases it
   * @param markers paths that mark the file as live
   */
  constructor(
    readonly file: OpenFile,
    private readonly chain: LiveChain,
    markers: readonly string[],
  ) {
    const { facts } = file
    this.facts = {
      ...facts,
      etag: prefixTag(chain.tag, facts.size),
      // Another length may have had the same date.
      dateStrength: 'shared',
      chain: { tag: chain.tag, state: 'growing' },
    }
    this.growth = new LiveGrowth(file, chain, markers)
  }

  async *read({ start, end }: Slice, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.file.acquire()
    try {
      for (let position = start; position < end; ) {
        const chunk = await this.chain.read(this.file, position, end)
        signal.throwIfAborted()
        position += chunk.length
        yield chunk
      }
    } finally {
      await this.file.release()
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.file.release()
    return this.#closing
  }
}
