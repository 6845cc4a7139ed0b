/**
 * The program of the thread in hash-thread.ts, with the hashes of running-hash.ts: one running hash for each job, one
 * reply to each message. It is text, because a file of its own would be missing where an application is bundled into
 * one file.
 */
export const HASH_WORKER = `
'use strict'
const { createHash } = require('node:crypto')
const { crc32 } = require('node:zlib')
const { parentPort } = require('node:worker_threads')
const hashes = new Map()
function begin(name) {
  if (name !== 'crc32') return beginDigest(...name.split('/'))
  let crc = 0
  const digest = () => new Uint8Array([crc >>> 24, crc >>> 16, crc >>> 8, crc])
  return { update: (chunk) => { crc = crc32(chunk, crc) }, digest }
}
function beginDigest(algorithm, length) {
  if (length === undefined) return createHash(algorithm)
  const digests = []
  let hash, left
  const end = () => {
    if (hash) digests.push(hash.digest())
    hash = undefined
  }
  const update = (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (!hash) {
        hash = createHash(algorithm)
        left = Number(length)
      }
      const part = chunk.subarray(at, at + left)
      hash.update(part)
      at += part.length
      left -= part.length
      if (left === 0) end()
    }
  }
  const digest = () => {
    end()
    return Uint8Array.from(Buffer.concat(digests))
  }
  return { update, digest }
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
