import { Worker } from 'node:worker_threads'
import type { Algorithm } from '../../http/digest-fields.js'

/** Hashes off the event loop, in one thread that starts when it is first needed. */
export interface HashThread {
  /** The digest of all chunks; one chunk is on its way at a time. Rejects with what the chunks throw. */
  hash(algorithm: Algorithm, chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array>
  /** Ends the thread; hashes that are under way reject. */
  close(): Promise<void>
}

interface Reply {
  readonly job: number
  readonly digest?: Uint8Array
}

interface Waiter {
  resolve(reply: Reply): void
  reject(error: Error): void
}

export function hashThread(): HashThread {
  let worker: Worker | undefined
  let jobs = 0
  const waiting = new Map<number, Waiter>()

  function start(): Worker {
    const thread = new Worker(new URL('./hash-worker.js', import.meta.url))
    thread.unref()
    thread.on('message', (reply: Reply) => waiting.get(reply.job)?.resolve(reply))
    const lost = (error?: unknown) => {
      if (worker === thread) worker = undefined
      for (const { reject } of waiting.values()) {
        reject(new Error('Cannot hash: the thread ended', { cause: error }))
      }
      waiting.clear()
    }
    thread.on('error', lost)
    thread.on('exit', lost)
    return thread
  }

  function ask(job: number, message: object, transfer: ArrayBuffer[] = []): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      waiting.set(job, { resolve, reject })
      worker ??= start()
      worker.postMessage({ job, ...message }, transfer)
    }).finally(() => waiting.delete(job))
  }

  return {
    async hash(algorithm, chunks) {
      jobs += 1
      const job = jobs
      try {
        await ask(job, { algorithm: algorithm.replace('-', '') })
        for await (const borrowed of chunks) {
          const chunk = Uint8Array.from(borrowed)
          await ask(job, { chunk }, [chunk.buffer])
        }
        const { digest } = await ask(job, { end: true })
        if (digest === undefined) throw new Error('Cannot hash: the thread lost the job')
        return digest
      } catch (error) {
        worker?.postMessage({ job, drop: true })
        throw error
      }
    },
    async close() {
      await worker?.terminate()
    },
  }
}
