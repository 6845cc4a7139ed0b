import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

// The other side of hash-thread.ts: one running hash a job, an answer to each message.
const hashes = new Map()

parentPort?.on('message', ({ job, algorithm, chunk, end, drop }) => {
  if (drop) return hashes.delete(job)
  if (algorithm) hashes.set(job, createHash(algorithm))
  if (chunk) hashes.get(job)?.update(chunk)
  const digest = end ? hashes.get(job)?.digest() : undefined
  if (end) hashes.delete(job)
  parentPort?.postMessage({ job, digest })
})
