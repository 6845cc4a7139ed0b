/**
 * The program of the thread in hash-thread.ts: one running hash for each job, one reply to each message. It is text,
 * because a file of its own would be missing where an application is bundled into one file.
 */
export const HASH_WORKER = `
'use strict'
const { createHash } = require('node:crypto')
const { parentPort } = require('node:worker_threads')
const hashes = new Map()
parentPort.on('message', ({ job, algorithm, chunk, end, drop }) => {
  if (drop) return hashes.delete(job)
  if (algorithm) hashes.set(job, createHash(algorithm))
  if (chunk) hashes.get(job)?.update(chunk)
  const digest = end ? hashes.get(job)?.digest() : undefined
  if (end) hashes.delete(job)
  parentPort.postMessage({ job, digest })
})
`
