import { type Asker, FairQueue, NOBODY } from './fair-queue.js'

/**
 * Tasks that are under way at the same time, waiting ones included. A further one takes the place of one of the asker
 * that has the most, or is dropped until requested again.
 */
const MOST_TASKS = 64
/** Tasks of one connection; further ones are dropped until requested again. */
const MOST_OF_CONNECTION = 4
/** Requests of one task whose end is noticed. */
const MOST_OBSERVED = 1000
/** ms for which a request keeps a task alive: a client that gets no digest asks again. */
const INTEREST = 60_000

interface Task {
  readonly stop: AbortController
  readonly timer: NodeJS.Timeout
  /** The signals of the requests, and the listeners that notice their end. */
  readonly requests: Map<AbortSignal, () => void>
}

/**
 * Work that no response waits for, and that a later request may use. It ends when nobody is interested any more:
 * when the clients of all its requests have left before their response was complete, and some time after the last
 * request.
 */
export class BackgroundWork {
  readonly #tasks = new Map<string, Task>()
  /** Whose they are. */
  readonly #owned = new FairQueue<Task>()
  readonly #settled = new Set<Promise<void>>()

  constructor(private readonly interest: number = INTEREST) {}

  /** Starts a task, or keeps it alive for one more request. Its failure is ignored. */
  request(
    id: string,
    run: (signal: AbortSignal) => Promise<unknown>,
    request: AbortSignal,
    asker: Asker = NOBODY,
  ): void {
    if (request.aborted) return
    const task = this.#tasks.get(id) ?? this.#start(id, run, asker)
    if (task === undefined) return
    task.timer.refresh()
    if (task.requests.has(request) || task.requests.size >= MOST_OBSERVED) return
    const leave = () => {
      task.requests.delete(request)
      if (task.requests.size === 0) task.stop.abort(DROPPED)
    }
    task.requests.set(request, leave)
    request.addEventListener('abort', leave, { once: true })
  }

  /** Ends all tasks. */
  async close(reason: Error): Promise<void> {
    for (const { stop } of this.#tasks.values()) stop.abort(reason)
    await Promise.all(this.#settled)
  }

  #start(
    id: string,
    run: (signal: AbortSignal) => Promise<unknown>,
    asker: Asker,
  ): Task | undefined {
    if (!this.#makeRoom(asker)) return undefined
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(DROPPED), this.interest).unref()
    const task: Task = { stop, timer, requests: new Map() }
    this.#tasks.set(id, task)
    this.#owned.add(task, asker)
    const end = () => {
      clearTimeout(timer)
      this.#owned.remove(task)
      for (const [signal, leave] of task.requests) signal.removeEventListener('abort', leave)
      // After its abort a request may have started the next one.
      if (this.#tasks.get(id) === task) this.#tasks.delete(id)
    }
    stop.signal.addEventListener('abort', end, { once: true })
    const settled = run(stop.signal)
      .then(end, end)
      .finally(() => this.#settled.delete(settled))
    this.#settled.add(settled)
    return task
  }

  /** Returns whether one more task may start. */
  #makeRoom(asker: Asker): boolean {
    if (this.#owned.countOf(asker) >= MOST_OF_CONNECTION) return false
    if (this.#tasks.size < MOST_TASKS) return true
    const outweighing = this.#owned.outweighing(asker)
    outweighing?.stop.abort(DROPPED)
    return outweighing !== undefined
  }
}

/** One reason for all: nobody reads it. */
const DROPPED = 'nobody has requested it for some time'
