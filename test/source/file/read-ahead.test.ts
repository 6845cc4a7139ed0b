import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  bufferPool,
  CONTINUOUS_BYTES,
  LARGE_CHUNK,
  MEDIUM_CHUNK,
  SMALL_CHUNK,
} from '../../../src/source/file/buffer-pool.js'
import { readAhead } from '../../../src/source/file/read-ahead.js'

const live = new AbortController().signal
const LONG = CONTINUOUS_BYTES + LARGE_CHUNK * 3
/** ms after which a consumer counts as paused. */
const PAUSE = 500

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** The chunks of a slice, the lengths that were read, and how many buffers are in use. */
function stage(end: number, signal: AbortSignal = live) {
  let used = 0
  const reads: number[] = []
  const buffers = {
    take: (length: number) => {
      used += 1
      return new Uint8Array(length)
    },
    give: () => {
      used -= 1
    },
  }
  const fetch = async (buffer: Uint8Array, position: number) => {
    reads.push(buffer.length)
    return buffer.fill(position / SMALL_CHUNK)
  }
  const chunks = readAhead({ start: 0, end }, buffers, fetch, signal)
  return { chunks, reads, used: () => used }
}

describe('readAhead', () => {
  it('yields small chunks until 4 MiB were taken, then large ones', async () => {
    const { chunks, reads } = stage(LONG)
    for await (const _chunk of chunks);
    const small = CONTINUOUS_BYTES / SMALL_CHUNK
    expect(reads.slice(0, small)).toEqual(Array(small).fill(SMALL_CHUNK))
    expect(reads.slice(small)).toEqual([LARGE_CHUNK, LARGE_CHUNK, LARGE_CHUNK])
  })

  it('yields a short slice in medium chunks, and the rest exactly', async () => {
    const { chunks, reads } = stage(MEDIUM_CHUNK * 2 + 10)
    for await (const _chunk of chunks);
    expect(reads).toEqual([MEDIUM_CHUNK, MEDIUM_CHUNK, 10])
  })

  it('reads the next chunk while the consumer handles one', async () => {
    const { chunks, reads } = stage(LONG)
    await chunks.next()
    expect(reads).toHaveLength(2)
    await chunks.return(undefined)
  })

  it('keeps one buffer for a consumer that pauses, and continues with small chunks', async () => {
    const { chunks, reads, used } = stage(LONG)
    await chunks.next()
    expect(used()).toBe(2)
    await vi.advanceTimersByTimeAsync(PAUSE)
    expect(used()).toBe(1)
    const before = reads.length
    const { value } = await chunks.next()
    expect(value).toEqual(new Uint8Array(SMALL_CHUNK).fill(1))
    expect(reads.slice(before)).toEqual([SMALL_CHUNK, SMALL_CHUNK])
    await chunks.return(undefined)
  })

  it('returns to small chunks after a pause in the middle', async () => {
    const { chunks, reads } = stage(CONTINUOUS_BYTES * 2)
    while (reads.at(-1) !== LARGE_CHUNK) await chunks.next()
    await vi.advanceTimersByTimeAsync(PAUSE)
    await chunks.next()
    expect(reads.at(-1)).toBe(SMALL_CHUNK)
    await chunks.return(undefined)
  })

  it('returns a buffer to the pool only when nothing reads into it any more', async () => {
    const running: (() => void)[] = []
    const given: Uint8Array[] = []
    const buffers = {
      take: bufferPool().take,
      give: (buffer: Uint8Array) => void given.push(buffer),
    }
    const fetch = (buffer: Uint8Array) =>
      new Promise<Uint8Array>((resolve) => running.push(() => resolve(buffer)))
    const chunks = readAhead({ start: 0, end: LONG }, buffers, fetch, live)
    const first = chunks.next()
    running.shift()?.()
    await first
    const returned = chunks.return(undefined)
    await new Promise(setImmediate)
    expect(given, 'while the second read runs').toHaveLength(0)
    running.shift()?.()
    await returned
    await new Promise(setImmediate)
    // The first buffer may still be in a socket's write queue.
    expect(given, 'after it ended').toHaveLength(1)
  })

  it('rejects with the reason of the signal', async () => {
    const abort = new AbortController()
    const { chunks } = stage(LONG, abort.signal)
    await chunks.next()
    abort.abort(new Error('left'))
    await expect(chunks.next()).rejects.toThrow('left')
  })

  it('rejects with the failure of a read when its chunk is due', async () => {
    const fetch = async (buffer: Uint8Array, position: number) => {
      if (position > 0) throw new Error(`failed at ${position}`)
      return buffer
    }
    const chunks = readAhead({ start: 0, end: LONG }, bufferPool(), fetch, live)
    expect((await chunks.next()).value).toHaveLength(SMALL_CHUNK)
    await new Promise(setImmediate)
    await expect(chunks.next()).rejects.toThrow(`failed at ${SMALL_CHUNK}`)
  })
})
