import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { fetchRepresentation } from '../../../src/client/download/fetch-representation.js'
import type { SizedVersion } from '../../../src/client/download/sidecar-format.js'
import { downloadTask } from '../../fixture/download-task.js'
import { Folder, pattern } from '../../fixture/files.js'
import { MemoryTransport, serveRange } from '../../fixture/memory-transport.js'

const OLD = pattern(3_000)
const NEW = pattern(3_000, 1)
const OLD_VERSION: SizedVersion = {
  validator: { kind: 'strong', etag: '"old"' },
  size: OLD.length,
  ranges: 'bytes',
}

/** A transport that serves the old version, and then the new one. */
function changing() {
  const state = { isNew: false }
  const transport = new MemoryTransport((request) =>
    state.isNew ? serveRange(NEW, '"new"', request) : serveRange(OLD, '"old"', request),
  )
  return { state, transport }
}

/** Leaves 1,000 bytes of the old version in the part file. */
async function begun(folder: Folder, transport: MemoryTransport): Promise<void> {
  const { part } = await downloadTask(folder, transport)
  await part.record(OLD_VERSION)
  await part.write([OLD.subarray(0, 1_000)], 0)
  await part.suspend()
}

describe('fetchRepresentation', () => {
  it('fetches the version that the server has', async () => {
    using folder = new Folder()
    const { task, part, events } = await downloadTask(folder, changing().transport)
    const version = await fetchRepresentation(task)
    expect(version).toMatchObject({ validator: OLD_VERSION.validator, size: OLD.length })
    expect(part.version).toMatchObject(OLD_VERSION)
    expect(events).toEqual([])
    await part.finish()
    expect(readFileSync(folder.at('f')).equals(OLD)).toBe(true)
  })

  it('resumes the stored version without requesting it anew', async () => {
    using folder = new Folder()
    const { transport } = changing()
    await begun(folder, transport)
    const { task, part, reported } = await downloadTask(folder, transport)
    expect(await fetchRepresentation(task)).toEqual(OLD_VERSION)
    expect(transport.requests.map(({ fields }) => [fields.range, fields['if-range']])).toEqual([
      ['bytes=1000-', '"old"'],
    ])
    expect(reported.bytes).toBe(2_000)
    await part.finish()
    expect(readFileSync(folder.at('f')).equals(OLD)).toBe(true)
  })

  it('restarts without a byte of the stored version when the server has another', async () => {
    using folder = new Folder()
    const { transport, state } = changing()
    await begun(folder, transport)
    state.isNew = true
    const { task, part, events, reported } = await downloadTask(folder, transport)
    expect(await fetchRepresentation(task)).toMatchObject({ size: NEW.length })
    expect(events).toEqual(['restart'])
    expect(reported.bytes).toBe(NEW.length)
    await part.finish()
    expect(readFileSync(folder.at('f')).equals(NEW)).toBe(true)
  })

  it('stops the digest of the stored version before bytes of another take its place', async () => {
    using folder = new Folder()
    const { transport, state } = changing()
    await begun(folder, transport)
    state.isNew = true
    const { task, part } = await downloadTask(folder, transport)
    const calls: string[] = []
    const { begin, stop } = task.verification
    vi.spyOn(task.verification, 'begin').mockImplementation((version) => {
      calls.push('begin')
      return begin.call(task.verification, version)
    })
    vi.spyOn(task.verification, 'stop').mockImplementation(() => {
      calls.push('stop')
      return stop.call(task.verification)
    })
    const { reset } = part
    vi.spyOn(part, 'reset').mockImplementation(() => {
      calls.push('reset')
      return reset.call(part)
    })
    await fetchRepresentation(task)
    // `begin` stops a digest that runs.
    expect(calls.slice(0, 4)).toEqual(['begin', 'stop', 'stop', 'reset'])
    await part.finish()
  })

  it('throws REPRESENTATION_CHANGED and keeps no byte when it may not retry', async () => {
    using folder = new Folder()
    const { transport, state } = changing()
    await begun(folder, transport)
    state.isNew = true
    const { task, part } = await downloadTask(folder, transport, { retryFor: 0 })
    await expect(fetchRepresentation(task)).rejects.toMatchObject({
      code: 'REPRESENTATION_CHANGED',
    })
    expect(part.bytes).toBe(0)
    await part.suspend()
    expect(existsSync(folder.at('f.part'))).toBe(false)
  })

  it('gives up when the version changes with each response', async () => {
    using folder = new Folder()
    let version = 0
    const transport = new MemoryTransport((request) => {
      version += 1
      const reply = serveRange(OLD, `"${version}"`, request)
      return { ...reply, body: [OLD.subarray(0, 10), new Error('cut')] }
    })
    const { task, part, policy } = await downloadTask(folder, transport, { retryFor: 5_000 })
    await expect(fetchRepresentation(task)).rejects.toMatchObject({
      code: 'REPRESENTATION_CHANGED',
    })
    expect(policy.clock.now()).toBeGreaterThan(1_000)
    await part.suspend()
  })

  it('keeps the bytes of the stored version when the signal is aborted', async () => {
    using folder = new Folder()
    const { transport } = changing()
    await begun(folder, transport)
    const reason = new Error('enough')
    const { task, part } = await downloadTask(folder, transport, {
      signal: AbortSignal.abort(reason),
    })
    await expect(fetchRepresentation(task)).rejects.toBe(reason)
    expect(part.bytes).toBe(1_000)
    await part.suspend()
    expect(existsSync(folder.at('f.part.json'))).toBe(true)
  })

  it.each([
    ['a weak entity tag', { etag: 'W/"old"' }],
    ['no entity tag', {}],
  ])(
    'records nothing for a version with %s, and restarts when its body ends early',
    async (_what, validator) => {
      using folder = new Folder()
      const transport: MemoryTransport = new MemoryTransport(() => {
        const isFirst = transport.requests.length === 1
        const body = isFirst ? [OLD.subarray(0, 10), new Error('cut')] : [OLD]
        return { status: 200, fields: { ...validator, 'content-length': '3000' }, body }
      })
      const { task, part, events } = await downloadTask(folder, transport)
      expect(await fetchRepresentation(task)).toMatchObject({ size: OLD.length })
      expect(events).toEqual(['restart'])
      expect(part.version).toBeUndefined()
      await part.finish()
      expect(readFileSync(folder.at('f')).equals(OLD)).toBe(true)
    },
  )

  it('resumes a stored weak validator only if the caller allows it', async () => {
    for (const allowWeak of [true, false]) {
      using folder = new Folder()
      const { transport } = changing()
      const weak: SizedVersion = { ...OLD_VERSION, validator: { kind: 'weak', field: '"old"' } }
      const first = await downloadTask(folder, transport)
      await first.part.record(weak)
      await first.part.write([OLD.subarray(0, 1_000)], 0)
      await first.part.suspend()
      const { task, part, reported } = await downloadTask(folder, transport, { allowWeak })
      await fetchRepresentation(task)
      expect(reported.bytes).toBe(allowWeak ? 2_000 : 3_000)
      await part.suspend()
    }
  })
})
