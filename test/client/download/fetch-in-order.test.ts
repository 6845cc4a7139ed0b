import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fetchInOrder } from '../../../src/client/download/fetch-in-order.js'
import type { Version } from '../../../src/client/pinned-version.js'
import { downloadTask } from '../../fixture/download-task.js'
import { Folder, pattern } from '../../fixture/files.js'
import { MemoryTransport } from '../../fixture/memory-transport.js'

const CONTENT = pattern(3_000)
const UNKNOWN: Version = { validator: { kind: 'none' }, size: undefined }

/** Fetches a body of these chunks, which may end with an error. */
async function fetching(folder: Folder, version: Version, chunks: (Uint8Array | Error)[]) {
  const transport = new MemoryTransport(() => ({ status: 200, body: chunks }))
  const setup = await downloadTask(folder, transport)
  const initial = await transport.send({
    url: setup.policy.url,
    fields: {},
    signal: setup.task.signal,
  })
  const error = await fetchInOrder(setup.task, version, initial).catch((thrown: unknown) => thrown)
  return { ...setup, transport, error }
}

describe('fetchInOrder', () => {
  it('writes all chunks of a body whose size is unknown, and reports them', async () => {
    using folder = new Folder()
    const chunks = [CONTENT.subarray(0, 1), CONTENT.subarray(1, 2_000), CONTENT.subarray(2_000)]
    const { part, error, reported, transport } = await fetching(folder, UNKNOWN, chunks)
    expect(error).toBeUndefined()
    expect(reported).toEqual({ bytes: CONTENT.length, size: undefined })
    expect(transport.openBodies).toBe(0)
    await part.finish()
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
  })

  it('accepts an empty body', async () => {
    using folder = new Folder()
    const { part, error } = await fetching(folder, UNKNOWN, [])
    expect(error).toBeUndefined()
    expect(part.bytes).toBe(0)
    await part.finish()
    expect(readFileSync(folder.at('f'))).toHaveLength(0)
  })

  it('throws NOT_RESUMABLE when the body ends early, with no write in flight', async () => {
    using folder = new Folder()
    const chunks = [CONTENT.subarray(0, 1_000), new Error('reset')]
    const { part, error, transport } = await fetching(folder, UNKNOWN, chunks)
    expect(error).toMatchObject({ code: 'NOT_RESUMABLE', facts: { offset: 1_000 } })
    expect(part.bytes).toBe(1_000)
    expect(transport.openBodies).toBe(0)
    await part.suspend()
  })

  it('throws NOT_RESUMABLE when the body is shorter or longer than the known size', async () => {
    for (const size of [CONTENT.length + 1, CONTENT.length - 1]) {
      using folder = new Folder()
      const { part, error } = await fetching(folder, { ...UNKNOWN, size }, [CONTENT])
      expect(error).toMatchObject({ code: 'NOT_RESUMABLE', cause: { code: 'ANSWER_BROKEN' } })
      await part.suspend()
    }
  })
})
