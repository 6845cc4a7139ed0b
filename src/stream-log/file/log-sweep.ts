import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LongTimer } from '../../async/long-timer.js'
import { mayBeAlive } from './claim-owner.js'
import { orAbsent, removeFolder } from './stream-folder.js'

export interface SweepSettings {
  readonly maxAge: number
  readonly maxBytes: number
  readonly lease: number
}

/** The folder of a stream, for what it costs. */
interface Swept {
  readonly path: string
  readonly bytes: number
  /** ms since the epoch at which it was changed last. */
  readonly changed: number
  readonly isAlive: boolean
}

/** ms between two sweeps that new streams cause, at least. */
const SWEEP_INTERVAL = 5_000
/** A sweep looks at each file: pauses of this many times its own duration bound what it costs. */
const PAUSE = 20
/** ms between two sweeps at most. */
const LONGEST_PAUSE = 3_600_000
/** Bytes that a folder and each of its files need besides their contents. */
const FILE_OVERHEAD = 4096

/** Removes streams that are too old, and the oldest ones where all have too many bytes. */
export class LogSweep {
  #sweptAt = Number.NEGATIVE_INFINITY
  #sweeping: Promise<number> | undefined
  #isFull = false
  /** ms that the last sweep took. */
  #took = 0
  #timer: LongTimer | undefined

  constructor(
    private readonly root: string,
    private readonly settings: SweepSettings,
  ) {}

  /** Whether streams that have a producer need all bytes. Sweeps where that was long ago. */
  async isFull(): Promise<boolean> {
    if (performance.now() - this.#sweptAt > Math.max(SWEEP_INTERVAL, this.#took * PAUSE)) {
      const sweeping = this.sweep()
      // The first sweep decides; later ones go on beside the claims.
      if (this.#sweptAt === Number.NEGATIVE_INFINITY || this.#isFull) await sweeping
      else sweeping.catch(() => {})
    }
    return this.#isFull
  }

  /** Sweeps from now on while the log has streams: nobody may ask for one of them again. */
  sweepLater(): void {
    const pause = Math.min(LONGEST_PAUSE, this.settings.maxAge / 2)
    this.#timer ??= new LongTimer(
      () => {
        // A stream that is begun during the sweep needs the next one.
        this.#timer = undefined
        this.sweep()
          .catch(() => 1)
          .then((left) => {
            if (left > 0) this.sweepLater()
          })
      },
      Math.max(pause, this.#took * PAUSE),
    ).unref()
  }

  /** Removes a stream if it is too old. */
  async expire(path: string): Promise<void> {
    const found = await this.#look(path)
    if (found !== undefined && this.#isTooOld(found)) await removeFolder(path)
  }

  /** Removes what is to be removed; the number of streams that are left. One at a time. */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  async #sweep(): Promise<number> {
    const began = performance.now()
    const names = (await orAbsent(readdir(this.root))) ?? []
    const kept: Swept[] = []
    for (const name of names.filter((each) =>
      /^[0-9a-f]{40}(?:\.[0-9a-f]+\.removed)?$/.test(each),
    )) {
      const found = await this.#look(join(this.root, name))
      if (found === undefined) continue
      if (this.#isTooOld(found)) await removeFolder(found.path)
      else kept.push(found)
    }
    let bytes = kept.reduce((sum, each) => sum + each.bytes, 0)
    const { maxBytes } = this.settings
    const idle = kept.filter(({ isAlive }) => !isAlive).sort((a, b) => a.changed - b.changed)
    for (const each of idle) {
      if (bytes <= maxBytes) break
      await removeFolder(each.path)
      bytes -= each.bytes
    }
    this.#isFull = bytes > maxBytes
    this.#sweptAt = performance.now()
    this.#took = this.#sweptAt - began
    return kept.length
  }

  #isTooOld({ changed, isAlive }: Swept): boolean {
    return !isAlive && Date.now() - changed > this.settings.maxAge
  }

  async #look(path: string): Promise<Swept | undefined> {
    const names = await orAbsent(readdir(path))
    if (names === undefined) return undefined
    const files = await Promise.all(names.map((name) => orAbsent(stat(join(path, name)))))
    const own = await orAbsent(stat(path))
    const bytes = files.reduce((sum, file) => sum + (file?.size ?? 0), 0)
    const changed = Math.max(own?.mtimeMs ?? 0, ...files.map((file) => file?.mtimeMs ?? 0))
    const claim = names
      .filter((name) => /^c\d{9}$/.test(name))
      .sort()
      .at(-1)
    const isAlive =
      claim !== undefined && (await mayBeAlive(join(path, claim), this.settings.lease))
    return { path, bytes: bytes + FILE_OVERHEAD * (names.length + 1), changed, isAlive }
  }
}
