import { stat } from 'node:fs/promises'
import { orAbsent, type Segment, type StreamFolder } from './stream-folder.js'

interface Kept {
  readonly segment: Segment
  bytes: number
  /** ms since the epoch at which an event was last appended. */
  changed: number
}

/** The segments of a stream that has a producer, oldest first. The last one grows. */
export class KeptSegments {
  private constructor(private readonly kept: Kept[]) {}

  /** @param segments those of earlier producers */
  static async of(folder: StreamFolder, segments: readonly Segment[]): Promise<KeptSegments> {
    const kept = segments.map(async (segment) => {
      const file = await orAbsent(stat(folder.at(segment.name)))
      return { segment, bytes: file?.size ?? 0, changed: file?.mtimeMs ?? 0 }
    })
    return new KeptSegments(await Promise.all(kept))
  }

  get oldest(): Segment | undefined {
    return this.kept[0]?.segment
  }

  add(segment: Segment, bytes: number): void {
    this.kept.push({ segment, bytes, changed: Date.now() })
  }

  /** @param bytes of the last segment */
  appended(bytes: number): void {
    const last = this.kept.at(-1)
    if (last === undefined) return
    last.bytes = bytes
    last.changed = Date.now()
  }

  /** Takes the oldest segments away, as far as they are too old, or all are too large. Never the last one. */
  trim({ maxAge, maxStreamBytes }: { maxAge: number; maxStreamBytes: number }): Segment[] {
    let bytes = this.kept.reduce((sum, each) => sum + each.bytes, 0)
    const removed: Segment[] = []
    for (const { segment, bytes: its, changed } of this.kept.slice(0, -1)) {
      if (Date.now() - changed <= maxAge && bytes <= maxStreamBytes) break
      bytes -= its
      removed.push(segment)
    }
    this.kept.splice(0, removed.length)
    return removed
  }
}
