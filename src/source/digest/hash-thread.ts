import { Worker } from 'node:worker_threads'
import { reportLoss } from '../../native/report-loss.js'
import { HASH_WORKER } from './hash-worker.js'
import { beginHash, type HashName } from './running-hash.js'

/**
 * Computes hashes in one worker thread, which starts with the first. Where no thread can start, as in a process
 * without that permission (`node --permission`), this thread computes them, between other work.
 */
export interface HashThread {
  /**
   * The digest of all chunks. The next chunk is requested once the thread has hashed the last.
   *
   * @throws an error of the chunks; an Error if the thread ends
   */
  hash(algorithm: HashName, chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array>
  /** Ends the thread. Running hashes reject; a later one starts the thread again. */
  close(): Promise<void>
}

/** A message of hash-worker.ts. */
interface Reply {
  readonly job: number
  readonly digest?: Uint8Array
}

interface PendingReply {
  resolve(reply: Reply): void
  reject(error: Error): void
}

/** @param createWorker default: a worker that runs hash-worker.ts */
export function hashThread(createWorker: () => Worker = createHashWorker): HashThread {
  let worker: Worker | undefined
  let canStart = true
  let closing: Promise<unknown> | undefined
  let jobs = 0
  const pending = new Map<number, PendingReply>()

  function start(): Worker {
    const thread = createWorker()
    let hasReplied = false
    thread.unref()
    thread.on('message', (reply: Reply) => {
      hasReplied = true
      pending.get(reply.job)?.resolve(reply)
    })
    const ended = (error?: unknown) => {
      // An error is followed by an exit, when the next thread may be running.
      if (worker !== thread) return
      worker = undefined
      if (error instanceof Error && !hasReplied) disable(error)
      for (const { reject } of pending.values()) {
        reject(new Error('Cannot hash: the thread ended', { cause: error }))
      }
      pending.clear()
    }
    thread.on('error', ended)
    thread.on('exit', ended)
    return thread
  }

  function disable({ message }: Error): void {
    canStart = false
    const effect = 'digests are computed on the main thread, which delays other requests'
    reportLoss({ part: 'A worker thread for digests', reason: message, effect })
  }

  /** Begins a hash in the thread. Returns false where no thread can start. */
  async function begin(job: number, algorithm: string): Promise<boolean> {
    if (!canStart) return false
    try {
      worker ??= start()
    } catch (error) {
      disable(error as Error)
      return false
    }
    try {
      await send(job, { algorithm })
      return true
    } catch (error) {
      if (!canStart) return false
      throw error
    }
  }

  function send(job: number, message: object, transfer: ArrayBuffer[] = []): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      pending.set(job, { resolve, reject })
      worker ??= start()
      worker.postMessage({ job, ...message }, transfer)
    }).finally(() => pending.delete(job))
  }

  return {
    async hash(algorithm, chunks) {
      jobs += 1
      const job = jobs
      const name = algorithm.replace('-', '')
      try {
        if (!(await begin(job, name))) return await hashHere(name, chunks)
        for await (const bytes of chunks) {
          for (const piece of turnsOf(bytes)) {
            // A copy, since it is transferred and the source reuses its buffer.
            const chunk = Uint8Array.from(piece)
            await send(job, { chunk }, [chunk.buffer])
          }
        }
        const { digest } = await send(job, { end: true })
        if (digest === undefined) throw new Error('Cannot hash: the thread has no such job')
        return digest
      } catch (error) {
        worker?.postMessage({ job, drop: true })
        throw error
      }
    },
    async close() {
      // Shared, since each call of terminate adds a listener, and many caches may use one thread.
      closing ??= worker?.terminate().finally(() => {
        closing = undefined
      })
      await closing
    },
  }
}

/** Bytes that one hash may take the thread for: about 1 ms, until the next one has its turn. */
const TURN = 1024 ** 2

/** The pieces of a chunk. A source may yield its whole content as one. */
function* turnsOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += TURN) {
    yield bytes.subarray(start, start + TURN)
  }
}

function createHashWorker(): Worker {
  // Without this process's options: --input-type=module would make it a module, --import would load into it.
  return new Worker(HASH_WORKER, { eval: true, execArgv: [] })
}

async function hashHere(name: string, chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const hash = beginHash(name)
  for await (const bytes of chunks) {
    for (const piece of turnsOf(bytes)) {
      hash.update(piece)
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }
  return new Uint8Array(hash.digest())
}
