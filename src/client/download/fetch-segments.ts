import { releaseIterator } from '../../async/release-iterator.js'
import type { Answer } from '../../transport/response.js'
import { readVersion } from '../read-version.js'
import type { DownloadTask } from './download-task.js'
import { type Segment, Segments } from './segments.js'
import type { SizedVersion } from './sidecar-format.js'
import { missingSlices } from './slice-set.js'
import { sliceWriter } from './slice-writer.js'

/**
 * Bytes between two syncs: this share of the file, or this number if it is larger. A kill loses no more
 * than those of two.
 */
const CHECKPOINT_SHARE = 1 / 100
const MIN_CHECKPOINT = 1024 * 1024

/** ms that an idle connection waits before it duplicates the work of a slow one. */
const SLOW = 1000

/**
 * Fetches the missing slices of a version over several connections at once.
 *
 * @param initial a response that has the whole representation as its body
 * @throws LastbyteError as `readVersion` and `PartFile` do; the signal's reason
 */
export async function fetchSegments(
  task: DownloadTask,
  version: SizedVersion,
  initial: Answer | undefined,
): Promise<void> {
  await new SegmentedFetch(task, version).run(initial)
}

class SegmentedFetch {
  readonly #segments: Segments
  /** Aborted when the file is complete, or when one connection has failed. */
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal

  constructor(
    private readonly task: DownloadTask,
    private readonly version: SizedVersion,
  ) {
    this.#segments = new Segments(missingSlices(task.part.slices, version.size))
    this.#signal = AbortSignal.any([task.signal, this.#stop.signal])
  }

  async run(initial: Answer | undefined): Promise<void> {
    if (this.#isComplete) return releaseIterator(initial?.body)
    const connections = this.version.ranges === 'bytes' ? this.task.connections : 1
    const workers = Array.from({ length: connections }, (_none, index) =>
      this.#work(index === 0 ? initial : undefined),
    )
    try {
      await Promise.all(workers)
    } catch (error) {
      // No write may follow a failure, and the bytes that were received must be written.
      this.#stop.abort(error)
      await Promise.allSettled(workers)
      if (!this.#isComplete) throw error
    }
  }

  get #isComplete(): boolean {
    return this.task.part.bytes === this.version.size
  }

  /** One connection: fetches one segment after the other. */
  async #work(initial: Answer | undefined): Promise<void> {
    let response = initial
    for (;;) {
      const segment = this.#segments.take() ?? (await this.#slowSegment())
      if (segment === undefined) return
      try {
        await this.#fetch(segment, response)
      } finally {
        this.#segments.release(segment)
      }
      response = undefined
      if (this.#isComplete) return this.#stop.abort()
    }
  }

  /** A segment to duplicate, once the other connections have had some time to finish theirs. */
  async #slowSegment(): Promise<Segment | undefined> {
    if (this.task.connections === 1 || this.#signal.aborted) return undefined
    try {
      await this.task.policy.clock.wait(SLOW, this.#signal)
    } catch {
      return undefined
    }
    return this.#segments.take() ?? this.#segments.takeDuplicate()
  }

  async #fetch(segment: Segment, response: Answer | undefined): Promise<void> {
    const { policy, part, limit, onWritten } = this.task
    const { size } = this.version
    const minimum = Math.max(MIN_CHECKPOINT, size * CHECKPOINT_SHARE)
    let next = segment.next
    const range = { start: next, end: response === undefined ? segment.end : size }
    const writer = sliceWriter(policy, part, next, (start, end) => {
      this.#segments.markWritten(start, end)
      onWritten(end - start, size)
      return part.checkpointBehind(minimum)
    })
    try {
      for await (const chunk of readVersion(this.version, range, policy, this.#signal, response)) {
        // The end moves towards `next` when another connection takes over the second half.
        const bytes = chunk.subarray(0, Math.max(0, segment.end - next))
        await limit.pass(bytes.length, this.#signal)
        await writer.add(bytes)
        next += bytes.length
        if (next >= segment.end || this.#isComplete) return
      }
    } finally {
      await writer.flush()
    }
  }
}
