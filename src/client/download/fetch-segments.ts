import type { Answer } from '../../transport/response.js'
import { isResumable, type Version } from '../pinned-version.js'
import { readVersion } from '../read-version.js'
import type { Job } from './download.js'
import { type Segment, Segments } from './segments.js'
import { missingSlices } from './slice-set.js'
import { WriteBehind } from './write-behind.js'

/** The share of a file that a kill may cost at most, and the least that is worth a sync. */
const NOTED_SHARE = 1 / 100
const LEAST_NOTED = 1024 * 1024

/** ms after which who has nothing to do helps those who have. */
const SLOW = 1000

/** Fetches what is missing of a version, over as many connections as it bears. `first`: an answer of all of it. */
export async function fetchSegments(job: Job, version: Version, first?: Answer): Promise<void> {
  const { size } = version
  if (size === undefined || !isResumable(version, job.rules))
    return fetchInOrder(job, version, first)

  const segments = new Segments(missingSlices(job.part.held, size))
  const whole = new AbortController()
  const signal = AbortSignal.any([job.signal, whole.signal])
  const count = version.ranges === 'bytes' ? job.connections : 1
  const workers = Array.from({ length: count }, (_none, index) =>
    work(job, version, segments, signal, whole, index === 0 ? first : undefined),
  )
  try {
    await Promise.all(workers)
  } catch (error) {
    // The others must not go on behind a failure, nor what they have written be lost.
    whole.abort(error)
    await Promise.allSettled(workers)
    if (job.part.bytes < size) throw error
  }
}

/** One answer after the other, of a body whose length nobody knows or that can't be gone on with. */
async function fetchInOrder(job: Job, version: Version, first?: Answer): Promise<void> {
  const { rules, part, limit, signal, count } = job
  const wanted = { start: 0, end: undefined }
  const behind = new WriteBehind(part, 0, rules.clock.now, async (start, end) =>
    count(end - start, version.size),
  )
  try {
    for await (const chunk of readVersion(version, wanted, rules, signal, first)) {
      await limit.pass(chunk.length, signal)
      await behind.add(chunk)
    }
  } finally {
    // A write of this version that is late must not land in the next.
    await behind.flush()
  }
}

/** One connection: takes a segment after the other. */
async function work(
  job: Job,
  version: Version,
  segments: Segments,
  signal: AbortSignal,
  whole: AbortController,
  first: Answer | undefined,
): Promise<void> {
  let answer = first
  for (;;) {
    const segment = segments.take() ?? (await slowOne(job, segments, signal))
    if (segment === undefined) return
    try {
      await fetchSegment(job, version, segment, segments, signal, answer)
    } finally {
      segments.giveBack(segment)
    }
    answer = undefined
    if (job.part.bytes === version.size) return whole.abort()
  }
}

/** Waits whether the others get done by themselves; then lends a hand with what is slow. */
async function slowOne(
  { rules, connections }: Job,
  segments: Segments,
  signal: AbortSignal,
): Promise<Segment | undefined> {
  if (connections === 1 || signal.aborted) return undefined
  try {
    await rules.clock.wait(SLOW, signal)
  } catch {
    return undefined
  }
  return segments.take() ?? segments.repeat()
}

async function fetchSegment(
  { rules, part, limit, count }: Job,
  version: Version,
  segment: Segment,
  segments: Segments,
  signal: AbortSignal,
  answer: Answer | undefined,
): Promise<void> {
  const size = version.size ?? 0
  const noted = Math.max(LEAST_NOTED, size * NOTED_SHARE)
  let at = segment.next
  const wanted = { start: at, end: answer === undefined ? segment.end : size }
  const behind = new WriteBehind(part, at, rules.clock.now, async (start, end) => {
    segments.written(start, end)
    count(end - start, size)
    await part.note(noted)
  })
  try {
    for await (const chunk of readVersion(version, wanted, rules, signal, answer)) {
      const bytes = chunk.subarray(0, Math.max(0, segment.end - at))
      await limit.pass(bytes.length, signal)
      await behind.add(bytes)
      at += bytes.length
      if (at >= segment.end || part.bytes === size) return
    }
  } finally {
    await behind.flush()
  }
}
