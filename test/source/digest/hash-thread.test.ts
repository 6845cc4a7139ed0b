import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, vi } from 'vitest'
import type { Algorithm } from '../../../src/http/digest-fields.js'
import { hashThread } from '../../../src/source/digest/hash-thread.js'
import { pattern } from '../../fixture/files.js'

async function* chunksOf(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

const digestOf = (algorithm: string, bytes: Uint8Array) =>
  new Uint8Array(createHash(algorithm).update(bytes).digest())

describe('hashThread', () => {
  it.each<[Algorithm, string]>([
    ['sha-256', 'sha256'],
    ['sha-512', 'sha512'],
  ])('computes %s of all chunks', async (algorithm, name) => {
    const thread = hashThread()
    const bytes = pattern(300_000)
    const chunks = chunksOf(
      bytes.subarray(0, 1),
      bytes.subarray(1, 200_000),
      bytes.subarray(200_000),
    )
    expect(await thread.hash(algorithm, chunks)).toEqual(digestOf(name, bytes))
    expect(await thread.hash(algorithm, chunksOf())).toEqual(digestOf(name, Buffer.of()))
    await thread.close()
  })

  it('computes several digests at the same time', async () => {
    const thread = hashThread()
    const inputs = [1, 2, 3, 4].map((seed) => pattern(50_000, seed))
    const digests = inputs.map((bytes) => thread.hash('sha-256', chunksOf(bytes, bytes)))
    const expected = inputs.map((bytes) => digestOf('sha256', Buffer.concat([bytes, bytes])))
    expect(await Promise.all(digests)).toEqual(expected)
    await thread.close()
  })

  it('copies each chunk, so that the producer can reuse its buffer', async () => {
    const thread = hashThread()
    const buffer = Buffer.alloc(1000)
    async function* reused() {
      for (const value of [1, 2, 3]) yield buffer.fill(value)
    }
    const expected = Buffer.concat([1, 2, 3].map((value) => Buffer.alloc(1000, value)))
    expect(await thread.hash('sha-256', reused())).toEqual(digestOf('sha256', expected))
    await thread.close()
  })

  it('rejects with the failure of the chunks, and computes other digests afterwards', async () => {
    const thread = hashThread()
    async function* failing() {
      yield Buffer.from('x')
      throw new Error('disk failed')
    }
    await expect(thread.hash('sha-256', failing())).rejects.toThrow('disk failed')
    expect(await thread.hash('sha-256', chunksOf())).toEqual(digestOf('sha256', Buffer.of()))
    await thread.close()
  })

  it('rejects running digests when it is closed, and starts again for the next', async () => {
    const thread = hashThread()
    let close: Promise<void> | undefined
    async function* closing() {
      yield Buffer.from('x')
      close = thread.close()
      yield Buffer.from('y')
    }
    await expect(thread.hash('sha-256', closing())).rejects.toThrow(/Cannot hash/)
    await close
    expect(await thread.hash('sha-256', chunksOf())).toEqual(digestOf('sha256', Buffer.of()))
    await thread.close()
  })

  it.each([
    ['is refused', () => Promise.reject(new Error('no permission for workers'))],
    ['ends at once with an error', async () => new Worker('throw new Error("no")', { eval: true })],
  ])(
    'computes digests on the main thread, with one warning, if a thread %s',
    async (_case, create) => {
      vi.resetModules()
      const { hashThread } = await import('../../../src/source/digest/hash-thread.js')
      const warning = vi.spyOn(process, 'emitWarning').mockReturnValue()
      const created = await create().catch((error: Error) => error)
      const thread = hashThread(() => {
        if (created instanceof Error) throw created
        return created
      })
      const bytes = pattern(300_000)
      const both = [1, 2].map(() => thread.hash('sha-512', chunksOf(bytes, bytes)))
      const expected = digestOf('sha512', Buffer.concat([bytes, bytes]))
      expect(await Promise.all(both)).toEqual([expected, expected])
      expect(await thread.hash('sha-256', chunksOf())).toEqual(digestOf('sha256', Buffer.of()))
      expect(warning.mock.calls).toEqual([
        [expect.stringMatching(/worker thread for digests .*main thread/), expect.anything()],
      ])
      warning.mockRestore()
      await thread.close()
    },
  )

  it('closes without having been started', async () => {
    await hashThread().close()
  })

  it('adds no listener for each of many caches that close it', async () => {
    const thread = hashThread()
    await thread.hash('sha-256', chunksOf())
    const warnings: string[] = []
    const onWarning = ({ name }: Error) => void warnings.push(name)
    process.on('warning', onWarning)
    await Promise.all(Array.from({ length: 20 }, () => thread.close()))
    await new Promise(setImmediate)
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })
})
