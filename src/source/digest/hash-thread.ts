import { Worker } from 'node:worker_threads'
import type { Algorithm } from '../../http/digest-fields.js'

/** Computes hashes in one worker thread, which starts with the first. */
export interface HashThread {
  /**
   * The digest of all chunks. The next chunk is requested once the thread has hashed the last.
   *
   * @throws an error of the chunks; an Error if the thread ends
   */
  hash(algorithm: Algorithm, chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array>
  /** Ends the thread. Running hashes reject; a later one starts the thread again. */
  close(): Promise<void>
}

/** A message of hash-worker.js. */
interface Reply {
  readonly job: number
  readonly digest?: Uint8Array
}

interface PendingReply {
  resolve(reply: Reply): void
  reject(error: Error): void
}

export function hashThread(): HashThread {
  let worker: Worker | undefined
  let closing: Promise<unknown> | undefined
  let jobs = 0
  const pending = new Map<number, PendingReply>()

  function start(): Worker {
    const thread = new Worker(new URL('./hash-worker.js', import.meta.url))
    thread.unref()
    thread.on('message', (reply: Reply) => pending.get(reply.job)?.resolve(reply))
    const ended = (error?: unknown) => {
      // An error is followed by an exit, when the next thread may be running.
      if (worker !== thread) return
      worker = undefined
      for (const { reject } of pending.values()) {
        reject(new Error('Cannot hash: the thread ended', { cause: error }))
      }
      pending.clear()
    }
    thread.on('error', ended)
    thread.on('exit', ended)
    return thread
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
      try {
        await send(job, { algorithm: algorithm.replace('-', '') })
        for await (const bytes of chunks) {
          // A copy, since it is transferred and the source reuses its buffer.
          const chunk = Uint8Array.from(bytes)
          await send(job, { chunk }, [chunk.buffer])
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
