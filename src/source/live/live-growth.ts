import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type FollowedFile, followBytes, followError, isReplaced } from '../file/follow-file.js'
import type { Growth } from '../growth.js'
import type { LiveChain } from './live-chain.js'
import { sizeOf } from './read-followed.js'

/** ms until a file is examined again that has no marker any more, and was written just now; at most. */
const SETTLING = 40
const MOST_SETTLING = 2_000

/** The bytes of a live file as they arrive, until its marker is gone and its bytes have been compared. */
export class LiveGrowth implements Growth {
  constructor(
    private readonly file: FollowedFile,
    private readonly chain: LiveChain,
    private readonly markers: readonly string[],
  ) {}

  get tag(): string {
    return this.chain.tag
  }

  async *follow(start: number, idle: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { file, chain, markers } = this
    file.acquire()
    try {
      let position = start
      if (start > 0) await this.#requireHeld(start)
      const read = (at: number) => this.#read(at)
      const end = async () => {
        if (await isReplaced(file)) return 'replaced'
        return (await this.#isLive()) ? 'open' : 'finished'
      }
      const appended = { paths: [file.path, ...markers], read, end }
      for (let wait = SETTLING; ; wait = Math.min(2 * wait, MOST_SETTLING)) {
        for await (const chunk of followBytes(appended, { start: position, idle, signal })) {
          position += chunk.length
          yield chunk
        }
        // It was idle.
        if (await this.#isLive()) return
        const outcome = await chain.finish(file)
        signal.throwIfAborted()
        if (outcome.kind === 'finished' && outcome.size === position) return
        await delay(wait, undefined, { signal }).catch(() => signal.throwIfAborted())
      }
    } finally {
      await file.release()
    }
  }

  async #read(position: number): Promise<Uint8Array> {
    const { file, chain } = this
    if (position < chain.proven) return chain.read(file, position, chain.proven)
    const size = await sizeOf(file, position)
    if (size < position) return chain.truncated(position, size)
    return size === position ? Buffer.alloc(0) : chain.read(file, position, size)
  }

  /** A client that continues, by whichever id, has the bytes before: they must be those of the file. */
  async #requireHeld(start: number): Promise<void> {
    const { file, chain } = this
    if (await chain.holds(file)) return
    if ((await chain.records.finished()) !== undefined) return
    throw followError('FILE_TRUNCATED', start, 'the bytes before it differ from those sent')
  }

  #isLive(): Promise<boolean> {
    return hasMarker(this.markers)
  }
}

/** Whether one of the markers is a file. */
export async function hasMarker(markers: readonly string[]): Promise<boolean> {
  for (const path of markers) {
    const found = await stat(path).catch(() => undefined)
    if (found?.isFile()) return true
  }
  return false
}
