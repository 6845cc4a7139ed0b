/**
 * The program of the thread in hash-thread.ts: one running hash for each job, one reply to each message. It is text,
 * because a file of its own would be missing where an application is bundled into one file.
 */
export const HASH_WORKER = `
'use strict'
const { createHash } = require('node:crypto')
const { crc32 } = require('node:zlib')
const { parentPort } = require('node:worker_threads')
const hashes = new Map()
function begin(algorithm) {
  if (algorithm !== 'crc32') return createHash(algorithm)
  let crc = 0
  const digest = () => new Uint8Array([crc >>> 24, crc >>> 16, crc >>> 8, crc])
  return { update: (chunk) => { crc = crc32(chunk, crc) }, digest }
}
parentPort.on('message', ({ job, algorithm, chunk, end, drop }) => {
  if (drop) return hashes.delete(job)
  if (algorithm) hashes.set(job, begin(algorithm))
  if (chunk) hashes.get(job)?.update(chunk)
  const digest = end ? hashes.get(job)?.digest() : undefined
  if (end) hashes.delete(job)
  parentPort.postMessage({ job, digest })
})
`
