import { LRUCache } from 'lru-cache'
import type { WaitLimit } from '../../async/bounded-wait.js'
import { chunksWithDeadline } from '../../async/chunks-with-deadline.js'
import { withDeadline } from '../../async/with-deadline.js'
import { LastbyteError } from '../../errors.js'
import type { Slice } from '../../http/byte-range.js'
import type { Algorithm } from '../../http/digest-fields.js'
import { type ByteSource, closeOpened } from '../byte-source.js'
import { type HashThread, hashThread } from './hash-thread.js'

/** Which bytes to digest: a slice of the version of a key that a strong entity tag names. */
export interface DigestSubject {
  readonly key: string
  /** Of the request target, for sources that go by it. */
  readonly query?: string | undefined
  readonly etag: string
  readonly slice: Slice
  readonly algorithm: Algorithm
}

/** Digests, each computed once a version, on a handle of its own beside the hot path. */
export interface DigestCache {
  /** The digest if it has been computed and is still held. */
  known(subject: DigestSubject): Uint8Array | undefined
  /**
   * Computes it, or joins whoever does. When the last that waits has left, the work stops.
   *
   * @throws LastbyteError as `ByteSource.open` and `read` do, or the signal's reason
   */
  compute(subject: DigestSubject, signal: AbortSignal): Promise<Uint8Array>
  /** Computes it when there is time for it; what goes wrong is of no consequence. */
  computeBehind(subject: DigestSubject): void
  close(): Promise<void>
}

interface Job {
  readonly id: string
  readonly result: Promise<Uint8Array>
  readonly stop: AbortController
  waiting: number
}

/** Digests that are held: 10,000 of 64 bytes, with their keys about 2 MB. */
const MOST_HELD = 10_000
/** Digests that wait to be computed behind; more than that are forgotten, and asked for again. */
const MOST_BEHIND = 64

/** @param sourceTimeout ms in which the source must give something */
export function digestCache(
  source: ByteSource,
  sourceTimeout: number,
  thread: HashThread = hashThread(),
): DigestCache {
  const held = new LRUCache<string, Uint8Array>({ max: MOST_HELD })
  const jobs = new Map<string, Job>()
  const behind = new Map<string, DigestSubject>()
  const closed = new AbortController()
  let drained: Promise<void> | undefined

  function begin(id: string, subject: DigestSubject): Job {
    const stop = new AbortController()
    const result = run(subject, stop.signal).catch((error) => {
      // A source that hangs must stop too.
      stop.abort(error)
      throw error
    })
    const job: Job = { id, result, stop, waiting: 0 }
    result
      .then((digest) => held.set(id, digest))
      .catch(() => {})
      .finally(() => forget(job))
    jobs.set(id, job)
    return job
  }

  /** What is forgotten may still unwind, but nobody joins it any more. */
  function forget(job: Job): void {
    if (jobs.get(job.id) === job) jobs.delete(job.id)
  }

  async function run(subject: DigestSubject, signal: AbortSignal): Promise<Uint8Array> {
    const { key, query, etag, slice, algorithm } = subject
    const opening = source.open(key, { method: 'GET', query }, signal)
    const limit = limitOf(sourceTimeout)
    const opened = await withDeadline(opening, signal, limit).catch((error) => {
      opening.then(closeOpened).catch(() => {})
      throw error
    })
    if (opened.kind !== 'representation') {
      await closeOpened(opened)
      throw changed(key, etag, opened.kind)
    }
    const { representation } = opened
    try {
      const now = representation.facts.etag
      if (now !== etag) throw changed(key, etag, now)
      const chunks = representation.read(slice, signal)
      return await thread.hash(algorithm, chunksWithDeadline(chunks, signal, limit))
    } finally {
      representation.close().catch(() => {})
    }
  }

  async function join(job: Job, signal: AbortSignal): Promise<Uint8Array> {
    job.waiting += 1
    const leave = () => {
      job.waiting -= 1
      if (job.waiting > 0) return
      forget(job)
      job.stop.abort(
        new LastbyteError('CANCELLED', 'Cannot finish the digest: nobody waits for it'),
      )
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await withDeadline(job.result, signal)
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  async function drain(): Promise<void> {
    for (const [id, subject] of behind) {
      if (!held.has(id))
        await join(jobs.get(id) ?? begin(id, subject), closed.signal).catch(() => {})
      behind.delete(id)
      if (closed.signal.aborted) return
    }
    drained = undefined
  }

  return {
    known: (subject) => held.get(idOf(subject)),
    async compute(subject, signal) {
      signal.throwIfAborted()
      const id = idOf(subject)
      return held.get(id) ?? (await join(jobs.get(id) ?? begin(id, subject), signal))
    },
    computeBehind(subject) {
      if (behind.size >= MOST_BEHIND || closed.signal.aborted) return
      behind.set(idOf(subject), subject)
      drained ??= drain()
    },
    async close() {
      closed.abort(new LastbyteError('SHUTDOWN', 'Cannot finish the digest: the server stops'))
      for (const job of jobs.values()) job.stop.abort(closed.signal.reason)
      await Promise.allSettled([...jobs.values()].map((job) => job.result))
      await drained
      await thread.close()
    },
  }
}

function limitOf(ms: number): WaitLimit {
  return {
    ms,
    error: () => {
      const message = `Cannot digest: the source sent nothing for ${ms} ms`
      return new LastbyteError('SOURCE_TIMEOUT', message, { sourceTimeout: ms })
    },
  }
}

/** Two keys of a store may share a tag, though not their bytes. */
function idOf({ key, query = '', etag, slice, algorithm }: DigestSubject): string {
  return `${algorithm} ${slice.start}-${slice.end} ${etag} ${key}${query}`
}

function changed(key: string, wanted: string, received: string | undefined): LastbyteError {
  const message = `Cannot digest ${key}: wanted ETag ${wanted}, received ${received ?? 'none'}`
  return new LastbyteError('REPRESENTATION_CHANGED', message, { key, wanted, received })
}
