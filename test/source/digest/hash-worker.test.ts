import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { HASH_WORKER } from '../../../src/source/digest/hash-worker.js'

/** The worker, and a function that sends it a message and returns the next reply. */
function stage() {
  const worker = new Worker(HASH_WORKER, { eval: true })
  const send = async (message: object) => {
    worker.postMessage(message)
    const [reply] = await once(worker, 'message')
    return reply
  }
  return { worker, send }
}

const sha256 = (text: string) => new Uint8Array(createHash('sha256').update(text).digest())

describe('the hash worker', () => {
  it('replies to each message of a job, and to the last with the digest', async () => {
    const { worker, send } = stage()
    expect(await send({ job: 1, algorithm: 'sha256' })).toEqual({ job: 1, digest: undefined })
    expect(await send({ job: 2, algorithm: 'sha256' })).toEqual({ job: 2, digest: undefined })
    await send({ job: 1, chunk: Buffer.from('one') })
    await send({ job: 2, chunk: Buffer.from('two') })
    expect(await send({ job: 1, end: true })).toEqual({ job: 1, digest: sha256('one') })
    expect(await send({ job: 2, end: true })).toEqual({ job: 2, digest: sha256('two') })
    await worker.terminate()
  })

  it('forgets a job that is dropped, and one that has ended', async () => {
    const { worker, send } = stage()
    await send({ job: 1, algorithm: 'sha256' })
    worker.postMessage({ job: 1, drop: true })
    expect(await send({ job: 1, end: true })).toEqual({ job: 1, digest: undefined })
    await send({ job: 2, algorithm: 'sha256' })
    await send({ job: 2, end: true })
    expect(await send({ job: 2, end: true })).toEqual({ job: 2, digest: undefined })
    await worker.terminate()
  })
})
