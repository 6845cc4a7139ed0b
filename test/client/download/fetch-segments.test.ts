import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fetchSegments } from '../../../src/client/download/fetch-segments.js'
import type { PartFile } from '../../../src/client/download/part-file.js'
import type { SizedVersion } from '../../../src/client/download/sidecar-format.js'
import { downloadTask } from '../../fixture/download-task.js'
import { Folder, pattern } from '../../fixture/files.js'
import { MemoryTransport, serveRange } from '../../fixture/memory-transport.js'

const MIB = 1024 * 1024
const CONTENT = pattern(8 * MIB)
const VERSION: SizedVersion = {
  validator: { kind: 'strong', etag: '"v1"' },
  size: CONTENT.length,
  ranges: 'bytes',
}

const serving = () => new MemoryTransport((request) => serveRange(CONTENT, '"v1"', request))

async function expectComplete(part: PartFile, folder: Folder): Promise<void> {
  await part.finish()
  expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
}

describe('fetchSegments', () => {
  it.each([1, 2, 4])('fetches each byte once over %i connections', async (connections) => {
    using folder = new Folder()
    // Each connection's share is a little too small to be split once more.
    const content = CONTENT.subarray(0, connections * 2 * MIB - 4)
    const version = { ...VERSION, size: content.length }
    const transport = new MemoryTransport((request) => serveRange(content, '"v1"', request))
    const { task, part, policy, reported } = await downloadTask(folder, transport, { connections })
    policy.clock.hang()
    await part.record(version)
    await fetchSegments(task, version, undefined)
    expect(transport.requests).toHaveLength(connections)
    expect(reported).toEqual({ bytes: content.length, size: content.length })
    expect(transport.openBodies).toBe(0)
    await part.finish()
    expect(readFileSync(folder.at('f')).equals(content)).toBe(true)
  })

  it('requests a slow segment a second time, so that one connection does not delay the end', async () => {
    using folder = new Folder()
    const content = CONTENT.subarray(0, MIB)
    const version = { ...VERSION, size: content.length }
    const transport: MemoryTransport = new MemoryTransport((request) => {
      const isSlow = transport.requests.length === 1
      return { ...serveRange(content, '"v1"', request), ...(isSlow && { body: ['hang'] }) }
    })
    const { task, part } = await downloadTask(folder, transport, { connections: 2 })
    await part.record(version)
    await fetchSegments(task, version, undefined)
    expect(transport.requests.map(({ fields }) => fields.range)).toEqual(['bytes=0-', 'bytes=0-'])
    expect(transport.openBodies).toBe(0)
    await part.finish()
    expect(readFileSync(folder.at('f')).equals(content)).toBe(true)
  })

  it('fetches only what is missing', async () => {
    using folder = new Folder()
    const transport = serving()
    const { task, part, reported } = await downloadTask(folder, transport)
    await part.record(VERSION)
    await part.write([CONTENT.subarray(0, 5 * MIB)], 0)
    await part.write([CONTENT.subarray(6 * MIB)], 6 * MIB)
    await fetchSegments(task, VERSION, undefined)
    expect(transport.requests.map(({ fields }) => fields.range)).toEqual([
      `bytes=${5 * MIB}-${6 * MIB - 1}`,
    ])
    expect(reported.bytes).toBe(MIB)
    await expectComplete(part, folder)
  })

  it('uses one connection for a server without ranges', async () => {
    using folder = new Folder()
    const transport = serving()
    const { task, part } = await downloadTask(folder, transport, { connections: 4 })
    const version = { ...VERSION, ranges: undefined }
    await part.record(version)
    await fetchSegments(task, version, undefined)
    expect(transport.requests).toHaveLength(1)
    await expectComplete(part, folder)
  })

  it('uses the body of the initial response for the first segment', async () => {
    using folder = new Folder()
    const transport = serving()
    const { task, part, policy } = await downloadTask(folder, transport)
    await part.record(VERSION)
    const initial = await transport.send({ url: policy.url, fields: {}, signal: task.signal })
    await fetchSegments(task, VERSION, initial)
    expect(transport.requests).toHaveLength(1)
    expect(transport.openBodies).toBe(0)
    await expectComplete(part, folder)
  })

  it.each([0, CONTENT.length])(
    'requests nothing and waits for nothing when no byte of %i is missing',
    async (size) => {
      using folder = new Folder()
      const transport = serving()
      const { task, part, policy } = await downloadTask(folder, transport, { connections: 4 })
      const version = { ...VERSION, size }
      await part.record(version)
      await part.write([CONTENT.subarray(0, size)], 0)
      const initial = await transport.send({ url: policy.url, fields: {}, signal: task.signal })
      await fetchSegments(task, version, initial)
      expect(transport.requests).toHaveLength(1)
      expect(transport.openBodies).toBe(0)
      expect(policy.clock.waits).toEqual([])
      await part.suspend()
    },
  )

  it('keeps the bytes of all connections when one of them fails', async () => {
    using folder = new Folder()
    const transport = new MemoryTransport((request) =>
      request.fields.range?.startsWith('bytes=0-')
        ? serveRange(CONTENT, '"v1"', request)
        : { status: 404 },
    )
    const { task, part } = await downloadTask(folder, transport, { connections: 2 })
    await part.record(VERSION)
    await expect(fetchSegments(task, VERSION, undefined)).rejects.toMatchObject({
      code: 'REFUSED',
      facts: { status: 404 },
    })
    expect(transport.openBodies).toBe(0)
    const { bytes } = part
    await part.suspend()
    const again = await downloadTask(folder, serving())
    expect(again.part.bytes).toBe(bytes)
    await again.part.suspend()
  })

  it('throws the reason of an aborted signal, and keeps what was received', async () => {
    using folder = new Folder()
    const abort = new AbortController()
    const reason = new Error('enough')
    const transport = new MemoryTransport((request) => {
      if (transport.requests.length === 2) abort.abort(reason)
      const reply = serveRange(CONTENT, '"v1"', request)
      return {
        ...reply,
        body: [...(reply.body ?? []).map((b) => (b as Buffer).subarray(0, MIB)), new Error('cut')],
      }
    })
    const { task, part } = await downloadTask(folder, transport, { signal: abort.signal })
    await part.record(VERSION)
    await expect(fetchSegments(task, VERSION, undefined)).rejects.toBe(reason)
    expect(part.bytes).toBe(MIB)
    await part.suspend()
  })
})
