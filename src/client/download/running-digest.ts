import type { Worker } from 'node:worker_threads'
import type { Algorithm } from '../../http/digest-fields.js'

/** Bytes between two messages to the thread. */
const STEP = 4 * 1024 * 1024

/** A text, since a bundle of an application has no second file beside it. It is CommonJS for the same reason. */
const THREAD = `
const { readSync } = require('node:fs')
const { createHash } = require('node:crypto')
const { parentPort, workerData } = require('node:worker_threads')
const hashes = workerData.algorithms.map((name) => createHash(name.replace('-', '')))
const buffer = Buffer.allocUnsafeSlow(1024 * 1024)
let next = 0
parentPort.on('message', ({ end, isLast }) => {
  while (next < end) {
    const wanted = Math.min(buffer.length, end - next)
    const length = readSync(workerData.descriptor, buffer, 0, wanted, next)
    if (length === 0) throw new Error('the file ends early')
    for (const hash of hashes) hash.update(buffer.subarray(0, length))
    next += length
  }
  if (isLast) parentPort.postMessage(hashes.map((hash) => hash.digest('hex')))
})
`

/**
 * Digests of a file that is being written in order, computed on a thread of its own from the bytes in the file, while
 * the next ones are received. A thread that fails has no digests: the caller then reads the file itself.
 */
export class RunningDigest {
  #worker: Worker | undefined
  /** Bytes that the thread may read. */
  #end = 0
  #onFailure: () => void = () => {}

  private constructor(
    worker: Worker,
    readonly algorithms: readonly Algorithm[],
  ) {
    this.#worker = worker
    const fail = () => {
      this.#worker = undefined
      this.#onFailure()
    }
    worker.on('error', fail).on('exit', fail)
    // A download that fails elsewhere doesn't wait for it.
    worker.unref()
  }

  /**
   * Starts a thread; undefined where the process may have none.
   *
   * @param descriptor must stay open until `hex` or `stop` has resolved
   */
  static async start(
    descriptor: number,
    algorithms: readonly Algorithm[],
  ): Promise<RunningDigest | undefined> {
    // Few downloads need it, and it takes some of the time in which a command starts.
    const { Worker } = await import('node:worker_threads')
    try {
      const options = { eval: true, execArgv: [], workerData: { descriptor, algorithms } }
      return new RunningDigest(new Worker(THREAD, options), algorithms)
    } catch {
      return undefined
    }
  }

  /** Allows the thread to read the bytes before `end`. They must not change any more. */
  advance(end: number): void {
    if (end - this.#end < STEP) return
    this.#end = end
    this.#worker?.postMessage({ end, isLast: false })
  }

  /** The digests of the first `size` bytes, in the order of the algorithms; undefined if the thread has failed. */
  async hex(size: number): Promise<readonly string[] | undefined> {
    const worker = this.#worker
    if (worker === undefined) return undefined
    const digests = await new Promise<readonly string[] | undefined>((resolve) => {
      this.#onFailure = () => resolve(undefined)
      worker.on('message', resolve)
      worker.ref()
      worker.postMessage({ end: size, isLast: true })
    })
    await this.stop()
    return digests
  }

  /** Ends the thread. The descriptor may be closed then. */
  async stop(): Promise<void> {
    await this.#worker?.terminate()
  }
}
