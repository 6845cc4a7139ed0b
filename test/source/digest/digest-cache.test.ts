import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ByteSource } from '../../../src/source/byte-source.js'
import { digestCache } from '../../../src/source/digest/digest-cache.js'
import { openAt } from '../../contract/byte-source.contract.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { FailingSource } from '../../fixture/failing-source.js'
import { Folder, pattern } from '../../fixture/files.js'
import { rewrite, settledSource } from '../../fixture/settled-files.js'

const live = new AbortController().signal
const SIZE = 3_000_000

async function stage(folder: Folder) {
  const files = settledSource(folder)
  let opens = 0
  const source: ByteSource = {
    open: (...args) => {
      opens += 1
      return files.open(...args)
    },
  }
  const representation = await openAt(files, 'f')
  await representation.close()
  const etag = representation.facts.etag ?? ''
  const subject = { key: 'f', etag, slice: { start: 0, end: SIZE }, algorithm: 'sha-256' } as const
  const digests = digestCache(source, 30_000)
  return { digests, subject, opens: () => opens }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')

describe('digestCache', () => {
  it('computes a digest once for concurrent and later callers', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const { digests, subject, opens } = await stage(folder)
    expect(digests.known(subject)).toBeUndefined()
    const all = await Promise.all([1, 2, 3].map(() => digests.compute(subject, live)))
    expect(all.map(hex)).toEqual(Array(3).fill(sha256(pattern(SIZE))))
    expect(hex(await digests.compute(subject, live))).toBe(sha256(pattern(SIZE)))
    expect(hex(digests.known(subject))).toBe(sha256(pattern(SIZE)))
    expect(opens()).toBe(1)
    await digests.close()
  })

  it('computes digests of slices and with each algorithm', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const { digests, subject } = await stage(folder)
    const slice = { start: 1000, end: 2_000_000 }
    const part = await digests.compute({ ...subject, slice }, live)
    expect(hex(part)).toBe(sha256(pattern(SIZE).subarray(1000, 2_000_000)))
    const long = await digests.compute({ ...subject, algorithm: 'sha-512' }, live)
    expect(hex(long)).toBe(createHash('sha512').update(pattern(SIZE)).digest('hex'))
    await digests.close()
  })

  it('does not block the event loop while it computes', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const { digests, subject } = await stage(folder)
    let turns = 0
    const turning = setInterval(() => {
      turns += 1
    }, 1)
    await digests.compute(subject, live)
    clearInterval(turning)
    expect(turns).toBeGreaterThan(1)
    await digests.close()
  })

  it('rejects for another version than the requested one, and caches nothing', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const { digests, subject } = await stage(folder)
    rewrite(folder.at('f'), pattern(SIZE, 2))
    await expect(digests.compute(subject, live)).rejects.toMatchObject({
      code: 'REPRESENTATION_CHANGED',
    })
    expect(digests.known(subject)).toBeUndefined()
    await digests.close()
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('stops a computation when its last caller aborts, and not before', async () => {
    const source = new FailingSource(SIZE, { kind: 'hangs', at: 100_000 })
    const digests = digestCache(source, 30_000)
    const slice = { start: 0, end: SIZE }
    const subject = { key: 'f', etag: '"failing"', slice, algorithm: 'sha-256' } as const
    const [one, two] = [new AbortController(), new AbortController()]
    const first = digests.compute(subject, one.signal)
    const second = digests.compute(subject, two.signal)
    await expect.poll(() => source.hangingCalls).toBe(1)
    one.abort(new Error('first aborted'))
    await expect(first).rejects.toThrow('first aborted')
    expect(source.abortReasons).toEqual([])
    two.abort(new Error('second aborted'))
    await expect(second).rejects.toThrow('second aborted')
    await expect.poll(() => source.abortReasons.length).toBe(1)
    await expect.poll(() => source.openCount).toBe(0)
    await digests.close()
  })

  it('starts again for a caller that comes right after the last one aborted', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const { digests, subject } = await stage(folder)
    for (let round = 0; round < 20; round += 1) {
      const leaving = new AbortController()
      const slice = { start: round, end: SIZE }
      const aborted = digests.compute({ ...subject, slice }, leaving.signal)
      leaving.abort(new Error('aborted'))
      const later = digests.compute({ ...subject, slice }, live)
      await expect(aborted).rejects.toThrow('aborted')
      expect(hex(await later)).toBe(sha256(pattern(SIZE).subarray(round)))
    }
    await digests.close()
  })

  it('closes a representation whose open ends after the last caller aborted', async () => {
    const source = new FailingSource(SIZE, { kind: 'hangs', at: 100_000 })
    const digests = digestCache(source, 30_000)
    const slice = { start: 0, end: SIZE }
    const leaving = new AbortController()
    const computing = digests.compute(
      { key: 'f', etag: '"failing"', slice, algorithm: 'sha-256' },
      leaving.signal,
    )
    leaving.abort(new Error('aborted'))
    await expect(computing).rejects.toThrow('aborted')
    await expect.poll(() => source.openCount).toBe(0)
    await digests.close()
  })

  it('rejects with SOURCE_TIMEOUT and closes the representation if the source hangs', async () => {
    const source = new FailingSource(SIZE, { kind: 'hangs', at: 100_000 })
    const digests = digestCache(source, 100)
    const slice = { start: 0, end: SIZE }
    const computing = digests.compute(
      { key: 'f', etag: '"failing"', slice, algorithm: 'sha-256' },
      live,
    )
    await expect(computing).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' })
    await expect.poll(() => source.openCount).toBe(0)
    await digests.close()
  })

  it('computes in the background, one after the other, and ignores failures', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const { digests, subject } = await stage(folder)
    digests.computeInBackground({ ...subject, key: 'gone', etag: '"gone"' }, live)
    digests.computeInBackground(subject, live)
    await expect.poll(() => hex(digests.known(subject))).toBe(sha256(pattern(SIZE)))
    await digests.close()
  })

  it('rejects running computations with SHUTDOWN when it is closed', async () => {
    const source = new FailingSource(SIZE, { kind: 'hangs', at: 100_000 })
    const digests = digestCache(source, 30_000)
    const slice = { start: 0, end: SIZE }
    const subject = { key: 'f', etag: '"failing"', slice, algorithm: 'sha-256' } as const
    const computing = digests.compute(subject, live)
    const rejected = expect(computing).rejects.toMatchObject({ code: 'SHUTDOWN' })
    await expect.poll(() => source.hangingCalls).toBe(1)
    await digests.close()
    await rejected
    expect(source.openCount).toBe(0)
  })
})
