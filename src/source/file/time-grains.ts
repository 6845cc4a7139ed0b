import type { BigIntStats } from 'node:fs'
import { isCoarse } from './settled-stat.js'

/** Devices that are reported or known to store finer times; more than a machine mounts. */
const MOST_DEVICES = 1_024
/** ms for which a file whose times are whole seconds counts as changed just now. */
const RECENT = 10_000

/** How a file system stores times, by the ctimes that were seen on it. */
type Grain = 'fine' | 'reported'

/**
 * Reports file systems that store times in whole seconds, once each: a changed file of theirs is delayed. A
 * device counts as such while no other ctime was seen on it, and where a file was changed recently: those that
 * are only read, such as images of containers, may have whole seconds too.
 */
export class TimeGrains {
  readonly #byDevice = new Map<bigint, Grain>()

  constructor(private readonly report: (message: string) => void = warn) {}

  /** @param now ms since the epoch */
  note(path: string, { dev, ctimeNs }: Pick<BigIntStats, 'dev' | 'ctimeNs'>, now: number): void {
    if (this.#byDevice.has(dev)) return
    const isFine = !isCoarse({ ctimeNs })
    if (!isFine && Math.abs(now - Number(ctimeNs) / 1e6) > RECENT) return
    if (this.#byDevice.size >= MOST_DEVICES) this.#byDevice.clear()
    this.#byDevice.set(dev, isFine ? 'fine' : 'reported')
    if (isFine) return
    this.report(
      `The file system of ${JSON.stringify(path)} stores times in whole seconds, so a changed file is served only ` +
        `after 2 s. Set etag: 'content' for entity tags that come from the bytes and not from these times.`,
    )
  }
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'LastbyteWarning', code: 'LASTBYTE_COARSE_TIMES' })
}
