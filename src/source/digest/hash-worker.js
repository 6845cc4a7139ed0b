import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

/**
 * The worker side of hash-thread.ts: one running hash for each job, one reply to each message.
 *
 * @param {import('node:worker_threads').MessagePort} port
 */
function serve(port) {
  const hashes = new Map()
  port.on('message', ({ job, algorithm, chunk, end, drop }) => {
    if (drop) return hashes.delete(job)
    if (algorithm) hashes.set(job, createHash(algorithm))
    if (chunk) hashes.get(job)?.update(chunk)
    const digest = end ? hashes.get(job)?.digest() : undefined
    if (end) hashes.delete(job)
    port.postMessage({ job, digest })
  })
}

if (parentPort) serve(parentPort)
