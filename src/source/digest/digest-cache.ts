import type { WaitLimit } from '../../async/bounded-wait.js'
import { chunksWithDeadline } from '../../async/chunks-with-deadline.js'
import { withDeadline } from '../../async/with-deadline.js'
import { LastbyteError } from '../../errors.js'
import type { Slice } from '../../http/byte-range.js'
import { type ByteSource, closeOpened, type Opened } from '../byte-source.js'
import type { Representation } from '../representation.js'
import { BackgroundWork } from './background-work.js'
import { type Asker, NOBODY } from './fair-queue.js'
import { HashResults } from './hash-results.js'
import { type HashThread, hashThread } from './hash-thread.js'
import type { HashName } from './running-hash.js'
import { SizeClasses, type Turn } from './size-classes.js'

/** Which bytes to digest: a slice of the version of a key that has this strong entity tag. */
export interface DigestSubject {
  readonly key: string
  /** The path of the request target, where that names the representation instead of the key. */
  readonly path?: string | undefined
  /** The query of the request target, for sources whose representations depend on it. */
  readonly query?: string | undefined
  readonly etag: string
  readonly slice: Slice
  readonly algorithm: HashName
  /** The representation, if it stays open longer than any computation. Default: one of its own is opened by the key. */
  readonly representation?: Representation | undefined
}

/** Digests of versions and their pieces, and CRCs of members of archives. Each is computed once, from a handle of its own. */
export interface DigestCache {
  /** The digest, if it was computed and is still cached. */
  known(subject: DigestSubject): Uint8Array | undefined
  /** Keeps a digest that the caller has computed from the bytes of the version. */
  note(subject: DigestSubject, digest: Uint8Array): void
  /**
   * Computes the digest, or joins a computation that is running. When its last caller aborts, the
   * computation stops. Askers take turns.
   *
   * @throws LastbyteError SOURCE_TIMEOUT, REPRESENTATION_CHANGED, SHUTDOWN; errors of `ByteSource.open` and
   *   `Representation.read`; the signal's reason
   */
  compute(subject: DigestSubject, signal: AbortSignal, asker?: Asker): Promise<Uint8Array>
  /**
   * Computes the digest for a later request. Stops when every client that has requested it has left, and a
   * minute after the last request. Failures are ignored.
   */
  computeInBackground(subject: DigestSubject, signal: AbortSignal, asker?: Asker): void
  /** Stops running computations and the hash thread. */
  close(): Promise<void>
}

/** A running computation. */
interface Job {
  readonly id: string
  readonly result: Promise<Uint8Array>
  readonly stop: AbortController
  readonly turn: Turn
  /** Callers that wait for the result; at 0 the job is stopped. */
  waiting: number
}

/** What several caches share, so that a folder can be closed while a digest of it is computed. */
export interface DigestWorkers {
  readonly thread: HashThread
  /** Computations that responses wait for. */
  readonly awaited: SizeClasses
  /** Computations for later requests. */
  readonly background: SizeClasses
}

export function digestWorkers(thread: HashThread = hashThread()): DigestWorkers {
  return {
    thread,
    awaited: new SizeClasses({ running: 4, runningOfAddress: 2, waiting: 1000 }),
    background: new SizeClasses({ running: 1, waiting: 64 }),
  }
}

/** @param sourceTimeout ms within which the source must open, and then yield each chunk */
export function digestCache(
  source: ByteSource,
  sourceTimeout: number,
  workers: DigestWorkers = digestWorkers(),
): DigestCache {
  const { thread } = workers
  const results = new HashResults()
  const jobs = new Map<string, Job>()
  const background = new BackgroundWork()
  let closed: LastbyteError | undefined

  function start(id: string, subject: DigestSubject, classes: SizeClasses, asker: Asker): Job {
    const stop = new AbortController()
    const { start: from, end } = subject.slice
    const turn = classes.turn(end - from)
    const computing = turn.run(() => run(subject, stop.signal), stop.signal, asker)
    const result = computing.catch((error) => {
      // After a timeout the source may still be reading.
      stop.abort(error)
      throw error
    })
    const job: Job = { id, result, stop, turn, waiting: 0 }
    result
      .then((digest) => results.set(id, subject.algorithm, digest))
      .catch(() => {})
      .finally(() => detach(job))
    jobs.set(id, job)
    return job
  }

  /** Lets no further caller join a job. The job may still be stopping. */
  function detach(job: Job): void {
    if (jobs.get(job.id) === job) jobs.delete(job.id)
  }

  async function openSubject(subject: DigestSubject, signal: AbortSignal): Promise<Opened> {
    const { key, path, query, representation } = subject
    if (representation !== undefined) return { kind: 'representation', representation }
    return source.open(key, { method: 'GET', path, query }, signal)
  }

  async function run(subject: DigestSubject, signal: AbortSignal): Promise<Uint8Array> {
    const { key, etag, slice, algorithm } = subject
    const opening = openSubject(subject, signal)
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
      detach(job)
      job.stop.abort(
        new LastbyteError('CANCELLED', 'Cannot compute digest: every caller has aborted'),
      )
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await withDeadline(job.result, signal)
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  async function compute(
    subject: DigestSubject,
    signal: AbortSignal,
    classes: SizeClasses,
    asker: Asker,
  ): Promise<Uint8Array> {
    signal.throwIfAborted()
    if (closed !== undefined) throw closed
    const id = idOf(subject)
    const known = results.get(id, subject.algorithm)
    if (known !== undefined) return known
    const running = jobs.get(id)
    running?.turn.join(asker)
    return await join(running ?? start(id, subject, classes, asker), signal)
  }

  return {
    known: (subject) => results.get(idOf(subject), subject.algorithm),
    note: (subject, digest) => results.set(idOf(subject), subject.algorithm, digest),
    compute: (subject, signal, asker = NOBODY) => compute(subject, signal, workers.awaited, asker),
    computeInBackground(subject, signal, asker = NOBODY) {
      const task = (stop: AbortSignal) => compute(subject, stop, workers.background, asker)
      background.request(idOf(subject), task, signal, asker)
    },
    async close() {
      closed = new LastbyteError('SHUTDOWN', 'Cannot compute digest: the server is closing')
      for (const job of jobs.values()) job.stop.abort(closed)
      await Promise.allSettled([...jobs.values()].map((job) => job.result))
      await background.close(closed)
      await thread.close()
    },
  }
}

function limitOf(ms: number): WaitLimit {
  return {
    ms,
    error: () => {
      const message = `Cannot compute digest: the source sent nothing for ${ms} ms`
      return new LastbyteError('SOURCE_TIMEOUT', message, { sourceTimeout: ms })
    },
  }
}

/** Contains the key, since two keys of a store may have the same entity tag and different bytes. */
function idOf({ key, path = key, query = '', etag, slice, algorithm }: DigestSubject): string {
  return `${algorithm} ${slice.start}-${slice.end} ${etag} ${path}${query}`
}

function changed(key: string, wanted: string, received: string | undefined): LastbyteError {
  const message = `Cannot compute digest of ${key}: expected ETag ${wanted}; received ${received ?? 'none'}`
  return new LastbyteError('REPRESENTATION_CHANGED', message, { key, wanted, received })
}
