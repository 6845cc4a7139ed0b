import { gap, locate } from '../log-position.js'
import type { LogBatch, LoggedEvent, LogReader } from '../stream-log.js'
import type { FolderChanges } from './folder-changes.js'
import type { SegmentChunk, SegmentChunks, SegmentPosition } from './segment-chunks.js'
import type { StreamFolder } from './stream-folder.js'
import { corrupt, retainedBy, type Survey, survey, tailOf } from './survey.js'

export interface ReaderScene {
  readonly folder: StreamFolder
  readonly changes: FolderChanges
  readonly chunks: SegmentChunks
}

/** Opens a stream after an id. @throws LastbyteError GAP */
export async function openFileReader(
  scene: ReaderScene,
  after: string | undefined,
): Promise<LogReader> {
  for (;;) {
    const found = await survey(scene.folder)
    if (found === undefined) throw gap(after, 'absent')
    if (found.segments.length === 0) {
      if (after !== undefined) throw gap(after, 'unknown')
      return new FileReader(scene, undefined, 1, undefined)
    }
    const { segments } = found as Survey
    // Without an id, the end of the stream doesn't matter.
    if (after === undefined)
      return new FileReader(scene, found as Survey, segments[0]?.first ?? 1, after)
    const last = segments.at(-1)
    const tail = last && (await tailOf(scene.folder, last))
    // Another producer has removed the segment.
    if (tail === undefined) continue
    const next = locate(retainedBy(found as Survey, tail.next), after)
    return new FileReader(scene, found as Survey, next, after)
  }
}

class FileReader implements LogReader {
  #at: SegmentPosition | undefined
  #closed = false
  /** The claim whose pause has been reported. */
  #reported = 0
  #changed = false
  #wake = () => {}
  /** From when the reader has waited first until it is closed: most replays need none. */
  #unfollow: (() => void) | undefined

  constructor(
    private readonly scene: ReaderScene,
    private found: Survey | undefined,
    private next: number,
    private after: string | undefined,
  ) {}

  async read(): Promise<LogBatch> {
    while (!this.#closed) {
      this.#changed = false
      const batch = await this.#step()
      if (this.#closed) break
      if (batch !== undefined) return batch
      if (this.#follow() === 'follows') await this.#change()
    }
    return { kind: 'closed' }
  }

  close(): void {
    this.#closed = true
    this.#unfollow?.()
    this.#wake()
  }

  /** What has changed before is not told: `began` says to look again. */
  #follow(): 'follows' | 'began' {
    if (this.#unfollow !== undefined) return 'follows'
    this.#unfollow = this.scene.changes.follow(this.scene.folder.path, () => {
      this.#changed = true
      this.#wake()
    })
    return 'began'
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      if (this.#changed || this.#closed) resolve()
    })
  }

  /** What is there now; undefined where nothing is. */
  async #step(): Promise<LogBatch | undefined> {
    for (;;) {
      const at = this.#at ?? (await this.#find())
      if (at === undefined || this.scene.chunks.isAtEnd(this.scene.folder, at)) return undefined
      const { claim } = at.segment
      const chunk = await this.scene.chunks.read(this.scene.folder, at)
      if (chunk === undefined) {
        this.#at = undefined
        continue
      }
      const end = await this.#endAfter(claim, chunk)
      if (end === undefined) return undefined
      const events = chunk.events.slice(0, Math.max(0, end - at.next)).slice(this.next - at.next)
      this.#at = chunk.after.next < end ? chunk.after : undefined
      if (events.length > 0) return this.#take(events)
      // Events before the next one, or the end of an epoch, of which another segment follows.
      if (chunk.events.length > 0 || this.next >= end) continue
      if (chunk.state !== undefined && end === Number.POSITIVE_INFINITY) {
        return this.#report(chunk.state, claim)
      }
      const next = await this.#find()
      if (next?.segment.name !== at.segment.name) {
        this.#at = next
        continue
      }
      if (end !== Number.POSITIVE_INFINITY) throw corrupt(at.segment)
      this.#at = chunk.after
      return undefined
    }
  }

  #take(events: readonly LoggedEvent[]): LogBatch {
    this.next += events.length
    this.after = events.at(-1)?.id
    return { kind: 'events', events }
  }

  #report(state: NonNullable<SegmentChunk['state']>, claim: number): LogBatch | undefined {
    if (state.kind === 'ended') return { kind: 'ended', ending: state.ending }
    if (this.#reported === claim) return undefined
    this.#reported = claim
    return { kind: 'paused', failure: state.failure }
  }

  /**
   * The number before which the events of an epoch end, after a chunk was read; undefined while another producer
   * has claimed the stream and has not decided it.
   */
  async #endAfter(claim: number, { isLatest }: SegmentChunk): Promise<number | undefined> {
    const known = this.#endOf(claim)
    if (known !== Number.POSITIVE_INFINITY || isLatest) return known
    await this.#survey()
    const decided = this.#endOf(claim)
    return decided === Number.POSITIVE_INFINITY ? undefined : decided
  }

  /** As far as it is known: Infinity for the last epoch, 0 for one that is no longer listed. */
  #endOf(claim: number): number {
    const epochs = this.found?.epochs ?? []
    const at = epochs.findIndex((epoch) => epoch.claim === claim)
    return at === -1 ? 0 : (epochs[at + 1]?.first ?? Number.POSITIVE_INFINITY)
  }

  async #survey(): Promise<void> {
    const found = await survey(this.scene.folder)
    if (found === undefined) throw gap(this.after, 'absent')
    this.found = found.segments.length > 0 ? (found as Survey) : undefined
    // The stream may have been removed and begun anew.
    if (this.after !== undefined) {
      const next = Number.POSITIVE_INFINITY
      locate(this.found ? retainedBy(this.found, next) : { epochs: [], first: 1, next }, this.after)
    }
  }

  /** The beginning of the segment with the next event. @throws LastbyteError GAP if it was removed */
  async #find(): Promise<SegmentPosition | undefined> {
    await this.#survey()
    if (this.found === undefined) return undefined
    const segment = this.found.segments.findLast(
      ({ first, claim }) => first <= this.next && this.next < this.#endOf(claim),
    )
    if (segment === undefined) throw gap(this.after, 'old')
    return { segment, offset: 0, next: segment.first }
  }
}
